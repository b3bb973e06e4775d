using System.Text;

namespace Firn.Python.Installation;

/// <summary>
/// Scripts from a wheel's <c>.data/scripts</c> folder: the wheel ships them with <c>#!python</c>, and the installer
/// puts its interpreter there (Binary distribution format, "Recommended installer features").
/// </summary>
internal static class DataScript
{
    /// <summary>
    /// The script with its first line back to <c>#!python</c>; <see langword="null"/> where it is not written for an
    /// interpreter of this installation, and so is as the wheel has it.
    /// </summary>
    public static byte[]? Restore(ReadOnlySpan<byte> installed, InterpreterLineReader reader)
    {
        if (reader.Read(installed) is not { } line)
        {
            return null;
        }

        var first = Encoding.UTF8.GetBytes($"#!python{line.Arguments}\n");
        var script = new byte[first.Length + installed.Length - line.BodyStart];
        first.CopyTo(script, 0);
        installed[line.BodyStart..].CopyTo(script.AsSpan(first.Length));
        return script;
    }
}
