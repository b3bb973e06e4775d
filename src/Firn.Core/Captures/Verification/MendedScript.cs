using System.Text;

namespace Firn.Captures.Verification;

/// <summary>
/// A script that a restore gave two lines for its interpreter, since the prefix did not fit a first line: through
/// <c>/bin/sh</c>, with the interpreter in quotes.
/// </summary>
internal static class MendedScript
{
    /// <summary>What may have stood before the interpreter: nothing, or what finds it.</summary>
    public static readonly IReadOnlyList<string> Commands = [string.Empty, "/usr/bin/env -S "];

    private static ReadOnlySpan<byte> Start => "#!/bin/sh\n'''exec' '"u8;

    private static ReadOnlySpan<byte> LineEnd => " \"$0\" \"$@\"\n' '''\n"u8;

    /// <summary>The script with one line again; <see langword="null"/> where it is none of that form.</summary>
    public static byte[]? PlainForm(ReadOnlySpan<byte> script, string command)
    {
        if (!script.StartsWith(Start))
        {
            return null;
        }

        var rest = script[Start.Length..];
        var quote = rest.IndexOf((byte)'\'');
        var end = rest.IndexOf(LineEnd);
        return quote > 0 && end > quote && rest[..end].IndexOf((byte)'\n') < 0
            ? [.. "#!"u8, .. Encoding.UTF8.GetBytes(command), .. rest[..quote], .. rest[(quote + 1)..end], (byte)'\n', .. rest[(end + LineEnd.Length)..]]
            : null;
    }
}
