namespace Firn.Conda.Linking;

/// <summary>
/// What a script's start may have been before an installer gave it another form because the line was too long or the
/// prefix held a blank: <c>/usr/bin/env</c> of conda, mamba and rattler, <c>/bin/sh</c> of rattler and of Firn.
/// </summary>
internal static class ShebangOriginals
{
    private const int LongestStart = 64 * 1024;

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
        var start = new byte[(int)Math.Min(installed.Length, LongestStart)];
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
        if (!command.StartsWith("'''exec' \""u8) || !command.EndsWith(" \"$0\" \"$@\" #'''"u8))
        {
            return;
        }

        command = command["'''exec' \""u8.Length..^" \"$0\" \"$@\" #'''"u8.Length];
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
