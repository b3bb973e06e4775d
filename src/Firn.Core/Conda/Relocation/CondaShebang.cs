using System.Text;
using Firn.Common.Files;
using Firn.Python.Installation;

namespace Firn.Conda.Relocation;

/// <summary>
/// The first line of a script for a new prefix. Where it gets longer than Linux takes, or the prefix holds a blank, it
/// takes the forms of rattler (prefix_replacement/text.rs <c>replace_shebang</c>): a Python is started by <c>/bin/sh</c>,
/// which works without activation, any other program by <c>/usr/bin/env</c>.
/// </summary>
internal static class CondaShebang
{
    /// <summary>The start of the two lines up to the interpreter, which is in double quotes.</summary>
    private static readonly byte[] ShellStart = Encoding.UTF8.GetBytes(ShebangText.ShellStart + "\"");

    /// <summary>What follows the interpreter and its options.</summary>
    public static readonly byte[] ShellEnd = Encoding.UTF8.GetBytes(ShebangText.Arguments + ShebangText.OneLineEnd);

    /// <summary>The line for the new prefix; all bytes but its LF.</summary>
    /// <param name="line">The line, starting with <c>#!</c>, without its LF.</param>
    /// <param name="placeholder">What stands for the prefix in it.</param>
    /// <param name="prefix">The new prefix.</param>
    public static byte[] Replace(ReadOnlySpan<byte> line, ReadOnlySpan<byte> placeholder, ReadOnlySpan<byte> prefix)
    {
        var replaced = ReplaceAll(line, placeholder, prefix);
        var isPlain = prefix.IndexOfAny((byte)' ', (byte)'\t') < 0 && replaced.Length <= ShebangText.MaxLineLength;
        if (isPlain || !TryParse(line, out var program, out var options) || program.IndexOf(placeholder) < 0)
        {
            return replaced;
        }

        return ReplaceAll(Convert(program, options), placeholder, prefix);
    }

    /// <summary>conda's <c>SHEBANG_REGEX</c>: blanks, then a path up to the first white space that no backslash escapes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> program, out ReadOnlySpan<byte> options)
    {
        program = options = default;
        var start = 2;
        while (start < line.Length && line[start] == ' ')
        {
            start++;
        }

        if (start >= line.Length || line[start] != '/')
        {
            return false;
        }

        var end = start;
        while (end < line.Length && (line[end] is not ((byte)' ' or (byte)'\r' or (byte)'\t' or (byte)'\n')))
        {
            end += line[end] == '\\' && end + 1 < line.Length && line[end + 1] == ' ' ? 2 : 1;
        }

        program = line[start..end];
        options = line[end..];
        return true;
    }

    /// <summary>Every occurrence replaced, from left to right.</summary>
    public static byte[] ReplaceAll(ReadOnlySpan<byte> text, ReadOnlySpan<byte> search, ReadOnlySpan<byte> replacement)
    {
        var output = new MemoryStream(text.Length + replacement.Length);
        while (text.IndexOf(search) is >= 0 and var at)
        {
            output.Write(text[..at]);
            output.Write(replacement);
            text = text[(at + search.Length)..];
        }

        output.Write(text);
        return output.ToArray();
    }

    private static byte[] Convert(ReadOnlySpan<byte> program, ReadOnlySpan<byte> options)
    {
        var name = program[(program.LastIndexOf((byte)'/') + 1)..];
        var output = new MemoryStream(program.Length + options.Length + 64);
        if (!IsPython(name))
        {
            output.Write("#!/usr/bin/env "u8);
            output.Write(name);
            output.Write(options);
            return output.ToArray();
        }

        // A carriage return would become a part of the last option: it goes to the end of the new line.
        var ending = options.Length > 0 && options[^1] == '\r' ? options[^1..] : default;
        output.Write(ShellStart);
        output.Write(program);
        output.Write("\""u8);
        output.Write(options[..^ending.Length]);
        output.Write(ShellEnd);
        output.Write(ending);
        return output.ToArray();
    }

    /// <summary>rattler's <c>^python(?:\d+(?:\.\d+)?)?$</c>.</summary>
    private static bool IsPython(ReadOnlySpan<byte> name)
    {
        if (!name.StartsWith("python"u8))
        {
            return false;
        }

        var version = Encoding.ASCII.GetString(name["python"u8.Length..]);
        var dot = version.IndexOf('.', StringComparison.Ordinal);
        return version.Length == 0
            || (dot < 0 ? AreDigits(version) : AreDigits(version[..dot]) && AreDigits(version[(dot + 1)..]));
    }

    private static bool AreDigits(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}

/// <summary>
/// What a script's start may have been before an installer gave it another form because the line was too long or the
/// prefix held a blank: <c>/usr/bin/env</c> of conda, mamba and rattler, <c>/bin/sh</c> of rattler and of Firn.
/// </summary>
internal static class OriginalShebangs
{
    private const int MaxStartLength = 64 * 1024;

    /// <summary>The start of the second line.</summary>
    private static readonly byte[] Exec = Encoding.UTF8.GetBytes(ShebangText.Exec + "\"");

    // What may have stood between #! and the path: the new forms do not keep it.
    private static readonly byte[][] Starts = [[.. "#!"u8], [.. "#! "u8]];

    // env keeps the program's name only. The folders that packages of conda-forge have such programs in.
    private static readonly byte[][] Folders = [[.. "/bin/"u8], [.. "/python.app/Contents/MacOS/"u8], [.. "/"u8]];

    /// <summary>The edits of the start, one of which may give the published file; most files have none.</summary>
    /// <param name="installed">The text file as it was installed.</param>
    /// <param name="prefix">The prefix in it.</param>
    /// <param name="placeholder">What stood there before.</param>
    public static List<ByteEdit> Find(ByteSource installed, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> placeholder)
    {
        var edits = new List<ByteEdit>();
        var start = new byte[(int)Math.Min(installed.Length, MaxStartLength)];
        installed.Read(0, start);
        var (line, next) = SplitLine(start);
        if (line.StartsWith("#!/usr/bin/env "u8))
        {
            AddEnvironment(edits, line, prefix, placeholder);
        }
        else if (line.SequenceEqual("#!/bin/sh"u8))
        {
            var (second, _) = SplitLine(next);
            AddShell(edits, second, line.Length + 1 + second.Length, prefix, placeholder);
        }

        return edits;
    }

    private static void AddEnvironment(
        List<ByteEdit> edits, ReadOnlySpan<byte> line, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> placeholder)
    {
        var command = line["#!/usr/bin/env "u8.Length..];
        command = CondaShebang.ReplaceAll(command, prefix, placeholder);
        foreach (var folder in Folders)
        {
            foreach (var start in Starts)
            {
                edits.Add(new ByteEdit(0, line.Length, Join(start, placeholder, folder, command)));
            }
        }
    }

    /// <summary><c>'''exec' "PATH" OPTIONS "$0" "$@" #'''</c>, with the carriage return of the line before at its end.</summary>
    private static void AddShell(
        List<ByteEdit> edits, ReadOnlySpan<byte> line, int length, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> placeholder)
    {
        var ending = line.Length > 0 && line[^1] == '\r' ? line[^1..] : default;
        var command = line[..^ending.Length];
        if (!command.StartsWith(Exec) || !command.EndsWith(CondaShebang.ShellEnd))
        {
            return;
        }

        command = command[Exec.Length..^CondaShebang.ShellEnd.Length];
        var quote = command.IndexOf((byte)'"');
        if (quote < 0)
        {
            return;
        }

        var program = CondaShebang.ReplaceAll(command[..quote], prefix, placeholder);
        var options = CondaShebang.ReplaceAll(command[(quote + 1)..], prefix, placeholder);
        foreach (var start in Starts)
        {
            edits.Add(new ByteEdit(0, length, Join(start, program, options, ending)));
        }
    }

    private static (byte[] Line, byte[] Following) SplitLine(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        return end < 0 ? (text.ToArray(), []) : (text[..end].ToArray(), text[(end + 1)..].ToArray());
    }

    private static byte[] Join(
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth)
    {
        var joined = new byte[first.Length + second.Length + third.Length + fourth.Length];
        first.CopyTo(joined);
        second.CopyTo(joined.AsSpan(first.Length));
        third.CopyTo(joined.AsSpan(first.Length + second.Length));
        fourth.CopyTo(joined.AsSpan(joined.Length - fourth.Length));
        return joined;
    }
}
