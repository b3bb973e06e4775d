using System.Text;
using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>
/// The version that is compiled into the interpreter: <c>PY_VERSION</c> is a C string such as <c>3.11.7</c>. The last
/// resort, because the file may hold 30 MB.
/// </summary>
internal static class BinaryVersion
{
    private const int Limit = 32 * 1024 * 1024;

    public static string? Read(Interpreter interpreter)
    {
        var start = Encoding.ASCII.GetBytes($"{interpreter.Tag.Major}.{interpreter.Tag.Minor}.");
        foreach (var path in Candidates(interpreter))
        {
            if (File.Exists(path) && Find(BoundedFile.Read(path, Limit).Bytes, start) is { } version)
            {
                return version;
            }
        }

        return null;
    }

    /// <summary>
    /// The first C string that ends in a version of this series. It may be the tail of a longer string, since linkers
    /// merge them, but never the tail of a longer number.
    /// </summary>
    public static string? Find(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> start)
    {
        while (true)
        {
            var at = bytes.IndexOf(start);
            if (at < 0)
            {
                return null;
            }

            var isTail = at > 0 && (bytes[at - 1] == '.' || char.IsAsciiDigit((char)bytes[at - 1]));
            var end = at + start.Length;
            while (end < bytes.Length && end - at < 24 && IsVersionByte(bytes[end]))
            {
                end++;
            }

            if (!isTail && end > at + start.Length && end < bytes.Length && bytes[end] == 0
                && char.IsAsciiDigit((char)bytes[at + start.Length]))
            {
                return Encoding.ASCII.GetString(bytes[at..end]);
            }

            bytes = bytes[(at + start.Length)..];
        }
    }

    private static bool IsVersionByte(byte value) =>
        value is >= (byte)'0' and <= (byte)'9' or (byte)'a' or (byte)'b' or (byte)'r' or (byte)'c' or (byte)'+';

    private static IEnumerable<string> Candidates(Interpreter interpreter)
    {
        var prefix = interpreter.BasePrefix;
        var tag = interpreter.Tag;
        if (interpreter.Style == PathStyle.Windows)
        {
            yield return Path.Join(prefix, $"python{tag.Major}{tag.Minor}.dll");
            yield break;
        }

        var suffix = tag.FreeThreaded ? "t" : string.Empty;
        foreach (var folder in (string[])[interpreter.LibraryFolder, "lib"])
        {
            yield return Path.Join(prefix, folder, $"libpython{tag.Major}.{tag.Minor}{suffix}.so.1.0");
            yield return Path.Join(prefix, folder, $"libpython{tag.Major}.{tag.Minor}{suffix}.dylib");
            yield return Path.Join(prefix, folder, $"libpython{tag.Major}.{tag.Minor}m.so.1.0");
        }

        yield return Path.Join(prefix, "bin", tag.FolderName);
        if (interpreter.RealExecutable is { } executable)
        {
            yield return executable;
        }
    }
}
