using System.Text;
using Firn.Archives.Documents;
using Firn.Common;

namespace Firn.Restore.Unpacking;

/// <summary>
/// The line or lines that name a script's interpreter. Linux reads 127 bytes of a first line and splits it at blanks
/// (fs/binfmt_script.c): a path that does not fit is called through <c>/bin/sh</c>, in lines that Python reads as a text.
/// </summary>
internal static class ShebangWriter
{
    /// <summary>What a wheel ships where the interpreter is to be named.</summary>
    public static ReadOnlySpan<byte> Placeholder => "#!python"u8;

    private const int LongestLine = 127;

    private static ReadOnlySpan<byte> Finder => "/usr/bin/env -S "u8;

    /// <summary>The lines for an interpreter, each with its end.</summary>
    /// <param name="executable">Absolute; holds no quote, backslash, <c>$</c> or control character.</param>
    /// <param name="arguments">What follows it, with the blank before it; mostly empty.</param>
    public static string For(string executable, string arguments = "")
    {
        var line = $"#!{executable}{arguments}\n";
        return executable.Contains(' ', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(line) - 1 > LongestLine
            ? $"#!/bin/sh\n'''exec' '{executable}'{arguments} \"$0\" \"$@\"\n' '''\n"
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
    /// too long or holds blanks; <see langword="null"/> where it can stay as it is, or is no script of a Python.
    /// </summary>
    public static byte[]? Mend(ReadOnlySpan<byte> script, ReadOnlySpan<byte> prefix)
    {
        if (!script.StartsWith("#!"u8))
        {
            return null;
        }

        // A kernel finds env and env splits what follows it at blanks, also those of the prefix.
        var start = script[2..].StartsWith(Finder) ? 2 + Finder.Length : 2;
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
        return lines.StartsWith("#!/bin/sh", StringComparison.Ordinal) && IsPython(name)
            ? [.. Encoding.UTF8.GetBytes(lines), .. script[Math.Min(end + 1, script.Length)..]]
            : null;
    }

    private static bool IsPython(ReadOnlySpan<char> name) =>
        name.StartsWith("python", StringComparison.Ordinal) || name.StartsWith("pypy", StringComparison.Ordinal);

    /// <summary><c>#!python</c>, then a blank or the line's end: <c>#!python3</c> is another one's.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<byte> script) =>
        script.StartsWith(Placeholder)
        && (script.Length == Placeholder.Length || script[Placeholder.Length] is (byte)'\n' or (byte)'\r' or (byte)' ');
}

/// <summary>Puts the prefix where a bundle has its placeholder.</summary>
internal static class PlaceholderFiller
{
    /// <summary>The content for a prefix.</summary>
    /// <param name="content">The member's bytes.</param>
    /// <param name="offsets">Where the placeholder stands, ascending.</param>
    /// <param name="prefix">The prefix's bytes.</param>
    /// <exception cref="FormatException">There is no placeholder at an offset.</exception>
    public static byte[] Fill(ReadOnlySpan<byte> content, ReadOnlySpan<long> offsets, ReadOnlySpan<byte> prefix)
    {
        var placeholder = Encoding.ASCII.GetBytes(ArchiveTokens.Prefix);
        var filled = new byte[content.Length + ((prefix.Length - placeholder.Length) * offsets.Length)];
        var from = 0;
        var to = 0;
        foreach (var offset in offsets)
        {
            if (offset < from || offset > content.Length - placeholder.Length
                || !content[(int)offset..].StartsWith(placeholder))
            {
                throw new FormatException($"no prefix stands at its byte {offset}");
            }

            var length = (int)offset - from;
            content.Slice(from, length).CopyTo(filled.AsSpan(to));
            to += length;
            prefix.CopyTo(filled.AsSpan(to));
            to += prefix.Length;
            from = (int)offset + placeholder.Length;
        }

        content[from..].CopyTo(filled.AsSpan(to));
        return filled;
    }
}

/// <summary>
/// Finds scripts of a shell that name a prefix with blanks without quotes, where it falls into several words: they worked at
/// a prefix without. No rule mends that in every script.
/// </summary>
internal static class UnquotedPrefixCheck
{
    /// <summary>What is to be said of a script as it was written; <see langword="null"/> where nothing is.</summary>
    /// <param name="path">Relative to the restored prefix.</param>
    /// <param name="script">Its bytes.</param>
    /// <param name="prefix">The prefix in it.</param>
    public static Problem? Of(string path, ReadOnlySpan<byte> script, ReadOnlySpan<byte> prefix)
    {
        var end = script.IndexOf((byte)'\n');
        if (!prefix.Contains((byte)' ') || end < 0 || !script.StartsWith("#!"u8))
        {
            return null;
        }

        var isFound = script[..end].IndexOf(prefix) > 0;
        var rest = script[..end].IndexOf("sh"u8) > 0 && !isFound ? script[end..] : [];
        while (!isFound && rest.IndexOf(prefix) is var at and >= 0)
        {
            var line = rest[(rest[..at].LastIndexOf((byte)'\n') + 1)..at];
            isFound = line.Count((byte)'"') % 2 == 0 && line.Count((byte)'\'') % 2 == 0 && line.IndexOf((byte)'#') < 0;
            rest = rest[(at + prefix.Length)..];
        }

        return isFound
            ? new Problem("unquoted-prefix", path, "it names the prefix, which holds a space, without quotes, and may not start: put quotes around it, or restore to a path without a space")
            : null;
    }
}
