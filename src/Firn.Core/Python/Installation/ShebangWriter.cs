using System.Text;

namespace Firn.Python.Installation;

/// <summary>Writes the line or lines that name a script's interpreter.</summary>
internal static class ShebangWriter
{
    /// <summary>What may have stood before the interpreter of a script that was mended: nothing, or what finds it.</summary>
    public static readonly IReadOnlyList<string> MendedCommands = [string.Empty, Finder];

    /// <inheritdoc cref="ShebangText.Placeholder"/>
    public static readonly byte[] Placeholder = Encoding.UTF8.GetBytes(ShebangText.Placeholder);

    private const string Finder = "/usr/bin/env -S ";

    private static readonly byte[] FinderBytes = Encoding.UTF8.GetBytes(Finder);
    private static readonly byte[] QuotedStart = Encoding.UTF8.GetBytes(ShebangText.ShellStart + "'");
    private static readonly byte[] QuotedEnd = Encoding.UTF8.GetBytes(ShebangText.Arguments + ShebangText.ShellEnd);

    /// <summary>The lines for an interpreter, each with its end.</summary>
    /// <param name="executable">Absolute; holds no quote, backslash, <c>$</c> or control character.</param>
    /// <param name="arguments">What follows it, with the blank before it; mostly empty.</param>
    public static string For(string executable, string arguments = "")
    {
        var line = $"#!{executable}{arguments}\n";
        return executable.Contains(' ', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(line) - 1 > ShebangText.MaxLineLength
            ? $"{ShebangText.ShellStart}'{executable}'{arguments}{ShebangText.Arguments}{ShebangText.ShellEnd}"
            : line;
    }

    /// <summary>
    /// The script with an interpreter where the wheel has <c>#!python</c>; <see langword="null"/> where it begins with
    /// something else.
    /// </summary>
    public static byte[]? Fill(ReadOnlySpan<byte> script, string executable)
    {
        if (!IsPlaceholder(script))
        {
            return null;
        }

        var end = script.IndexOf((byte)'\n');
        end = end < 0 ? script.Length : end;
        var arguments = Encoding.UTF8.GetString(script[Placeholder.Length..end]).TrimEnd('\r');
        var lines = Encoding.UTF8.GetBytes(For(executable, arguments));
        var body = script[Math.Min(end + 1, script.Length)..];
        var filled = new byte[lines.Length + body.Length];
        lines.CopyTo(filled, 0);
        body.CopyTo(filled.AsSpan(lines.Length));
        return filled;
    }

    /// <summary>
    /// The script with its interpreter in a form that a kernel starts, where a prefix that was put into its first line is
    /// too long or holds blanks; <see langword="null"/> where it can stay as it is, or is not a script of a Python.
    /// </summary>
    public static byte[]? Mend(ReadOnlySpan<byte> script, ReadOnlySpan<byte> prefix)
    {
        if (!script.StartsWith("#!"u8))
        {
            return null;
        }

        // A kernel finds env and env splits what follows it at blanks, also those of the prefix.
        var start = script[2..].StartsWith(FinderBytes) ? 2 + FinderBytes.Length : 2;
        if (!script[start..].StartsWith(prefix))
        {
            return null;
        }

        var end = script.IndexOf((byte)'\n');
        end = end < 0 ? script.Length : end;
        var line = Encoding.UTF8.GetString(script[start..end]).TrimEnd('\r');
        var blank = line.IndexOf(' ', Encoding.UTF8.GetCharCount(prefix));
        var executable = blank < 0 ? line : line[..blank];
        var name = executable.AsSpan(executable.LastIndexOf('/') + 1);
        var lines = For(executable, blank < 0 ? string.Empty : line[blank..].TrimEnd());
        return lines.StartsWith(ShebangText.ShellStart, StringComparison.Ordinal) && ShebangText.IsInterpreter(name)
            ? [.. Encoding.UTF8.GetBytes(lines), .. script[Math.Min(end + 1, script.Length)..]]
            : null;
    }

    /// <summary>A script that was mended, with one line again; <see langword="null"/> where it is none.</summary>
    /// <param name="script">The script.</param>
    /// <param name="command">What stood before the interpreter, one of <see cref="MendedCommands"/>.</param>
    public static byte[]? PlainForm(ReadOnlySpan<byte> script, string command)
    {
        if (!script.StartsWith(QuotedStart))
        {
            return null;
        }

        var rest = script[QuotedStart.Length..];
        var quote = rest.IndexOf((byte)'\'');
        var end = rest.IndexOf(QuotedEnd);
        return quote > 0 && end > quote && rest[..end].IndexOf((byte)'\n') < 0
            ? [.. "#!"u8, .. Encoding.UTF8.GetBytes(command), .. rest[..quote], .. rest[(quote + 1)..end], (byte)'\n', .. rest[(end + QuotedEnd.Length)..]]
            : null;
    }

    /// <summary><c>#!python</c>, then a blank or the line's end: <c>#!python3</c> is another one's.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<byte> script) =>
        script.StartsWith(Placeholder)
        && (script.Length == Placeholder.Length || script[Placeholder.Length] is (byte)'\n' or (byte)'\r' or (byte)' ');
}

/// <summary>
/// What first lines are made of. Linux reads 127 bytes of one and splits it at blanks (fs/binfmt_script.c): a path that does
/// not fit is called through <c>/bin/sh</c>, in lines that Python reads as a text (distlib: scripts.py _build_shebang; uv:
/// format_shebang; in one line rattler: prefix_replacement/text.rs).
/// </summary>
internal static class ShebangText
{
    /// <summary>What a wheel ships where the interpreter is to be named.</summary>
    public const string Placeholder = "#!python";

    /// <summary>The most bytes of a first line, <c>#!</c> included, without its end.</summary>
    public const int MaxLineLength = 127;

    /// <summary>The first line, and the second up to the interpreter.</summary>
    public const string ShellStart = "#!/bin/sh\n" + Exec;

    /// <summary>The start of the second line.</summary>
    public const string Exec = "'''exec' ";

    /// <summary>What follows the interpreter and its arguments.</summary>
    public const string Arguments = " \"$0\" \"$@\"";

    /// <summary>The end of the second line, and the third.</summary>
    public const string ShellEnd = "\n' '''\n";

    /// <summary>The end of the second line where there is no third.</summary>
    public const string OneLineEnd = " #'''";

    /// <summary>Whether a file's name is that of a Python.</summary>
    public static bool IsInterpreter(ReadOnlySpan<char> name) =>
        name.StartsWith("python", StringComparison.Ordinal) || name.StartsWith("pypy", StringComparison.Ordinal)
        || name.StartsWith("graalpy", StringComparison.Ordinal);
}
