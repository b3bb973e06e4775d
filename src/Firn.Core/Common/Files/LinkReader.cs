using System.Runtime.InteropServices;
using System.Text;

namespace Firn.Common.Files;

/// <summary>Reads symbolic links: on Linux by the one call that it takes, since a capture asks hundreds of times.</summary>
internal static unsafe partial class LinkReader
{
    /// <summary>PATH_MAX of Linux, with the NUL.</summary>
    private const int Longest = 4096;

    /// <summary>Where the link leads, as it is written; <see langword="null"/> if it is no link, or cannot be read.</summary>
    public static string? TryRead(string path)
    {
        if (!OperatingSystem.IsLinux() || Encoding.UTF8.GetMaxByteCount(path.Length) >= Longest
            || path.Contains('\0', StringComparison.Ordinal))
        {
            return TryReadPortably(path);
        }

        var name = stackalloc byte[Longest];
        name[Encoding.UTF8.GetBytes(path, new Span<byte>(name, Longest - 1))] = 0;
        var target = stackalloc byte[Longest];
        var length = ReadLink(name, target, Longest);
        return length > 0 ? Encoding.UTF8.GetString(target, (int)length) : null;
    }

    private static string? TryReadPortably(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "readlink")]
    private static partial nint ReadLink(byte* path, byte* buffer, nuint length);
}
