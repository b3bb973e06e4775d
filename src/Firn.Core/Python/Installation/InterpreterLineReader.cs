using System.Text;
using Firn.Common;

namespace Firn.Python.Installation;

/// <summary>
/// Reads the first lines of scripts in the forms that installers write them: distlib's <c>_build_shebang</c> (pip),
/// uv's <c>format_shebang</c>, setuptools', rattler's. A script is one of the installation's own only if the
/// interpreter lies in one of its folders.
/// </summary>
/// <param name="interpreterFolders">The folders that hold the installation's interpreter, absolute, in every spelling.</param>
internal sealed class InterpreterLineReader(IReadOnlyList<string> interpreterFolders)
{
    /// <summary>More than any of these lines has; the kernel itself reads 256 bytes.</summary>
    public const int MostBytes = 8 * 1024;

    private static ReadOnlySpan<byte> Shell => "#!/bin/sh\n'''exec' "u8;

    private static ReadOnlySpan<byte> ShellEnd => "\n' '''\n"u8;

    private static ReadOnlySpan<byte> ShellArguments => " \"$0\" \"$@\""u8;

    private static ReadOnlySpan<byte> BesideScript => "\"$(dirname -- \"$(realpath -- \"$0\")\")\"/"u8;

    private readonly List<byte[]> _folders = Encode(interpreterFolders);

    /// <summary>The lines; <see langword="null"/> where the script is another interpreter's, or in no known form.</summary>
    /// <param name="script">The script, or at least its first <see cref="MostBytes"/> bytes.</param>
    public InterpreterLine? Read(ReadOnlySpan<byte> script) => !script.StartsWith("#!"u8)
        ? null
        : script.StartsWith(Shell) ? ReadShell(script) : ReadPlain(script);

    private InterpreterLine? ReadPlain(ReadOnlySpan<byte> script)
    {
        var end = script[..Math.Min(script.Length, MostBytes)].IndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }

        var line = script[2..end];
        line = line.Length > 0 && line[^1] == (byte)'\r' ? line[..^1] : line;
        while (line.Length > 0 && line[0] == (byte)' ')
        {
            line = line[1..];
        }

        // pip writes a prefix with spaces as it is, though no kernel can start such a script.
        var folder = FolderLength(line);
        if (folder == 0)
        {
            return null;
        }

        var name = NameLength(line[folder..]);
        return name == 0
            ? null
            : new InterpreterLine(
                InterpreterLineForm.Plain, Text(line.Slice(folder, name)), Text(line[(folder + name)..]), end + 1);
    }

    private InterpreterLine? ReadShell(ReadOnlySpan<byte> script)
    {
        var rest = script[Shell.Length..Math.Min(script.Length, MostBytes)];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }

        var line = rest[..end];
        var oneLine = Bytes.EndsWith(line, " #'''"u8);
        if (!oneLine && !rest[end..].StartsWith(ShellEnd))
        {
            return null;
        }

        var bodyStart = Shell.Length + end + (oneLine ? 1 : ShellEnd.Length);
        line = oneLine ? line[..^5] : line;
        if (!Bytes.EndsWith(line, ShellArguments))
        {
            return null;
        }

        line = line[..^ShellArguments.Length];
        return line.StartsWith(BesideScript)
            ? Relocatable(line[BesideScript.Length..], bodyStart)
            : Quoted(line, oneLine, bodyStart);
    }

    private static InterpreterLine? Relocatable(ReadOnlySpan<byte> name, int bodyStart)
    {
        if (name.Length > 2 && name[0] == (byte)'\'' && name[^1] == (byte)'\'')
        {
            name = name[1..^1];
        }

        return name.Length > 0 && NameLength(name) == name.Length
            ? new InterpreterLine(InterpreterLineForm.Relocatable, Text(name), string.Empty, bodyStart)
            : null;
    }

    private InterpreterLine? Quoted(ReadOnlySpan<byte> line, bool oneLine, int bodyStart)
    {
        var form = InterpreterLineForm.ShellUnquoted;
        var arguments = ReadOnlySpan<byte>.Empty;
        if (line.Length > 2 && line[0] is (byte)'"' or (byte)'\'')
        {
            form = line[0] == (byte)'"' ? InterpreterLineForm.ShellDoubleQuoted : InterpreterLineForm.ShellSingleQuoted;
            var close = line[1..].IndexOf(line[0]);
            if (close < 0)
            {
                return null;
            }

            arguments = line[(close + 2)..];
            line = line.Slice(1, close);
        }

        form = oneLine ? InterpreterLineForm.ShellOneLine : form;
        var folder = FolderLength(line);
        var name = folder == 0 ? 0 : NameLength(line[folder..]);
        if (name == 0)
        {
            return null;
        }

        var behind = line[(folder + name)..];
        if (form != InterpreterLineForm.ShellUnquoted && behind.Length > 0 && !oneLine)
        {
            return null;
        }

        return new InterpreterLine(
            form, Text(line.Slice(folder, name)), Text(behind) + Text(arguments), bodyStart);
    }

    /// <summary>How many bytes the folder takes with its slash; 0 where it is none of the installation's.</summary>
    private int FolderLength(ReadOnlySpan<byte> path)
    {
        foreach (var folder in _folders)
        {
            if (path.StartsWith(folder))
            {
                return folder.Length;
            }
        }

        return 0;
    }

    /// <summary>The interpreter's file name: up to a blank, without a slash.</summary>
    private static int NameLength(ReadOnlySpan<byte> text)
    {
        var length = text.IndexOfAny((byte)' ', (byte)'\t');
        length = length < 0 ? text.Length : length;
        var name = text[..length];
        return name.IndexOf((byte)'/') < 0 && (name.StartsWith("python"u8) || name.StartsWith("pypy"u8)
            || name.StartsWith("graalpy"u8))
            ? length
            : 0;
    }

    private static List<byte[]> Encode(IReadOnlyList<string> folders)
    {
        var encoded = new List<byte[]>(folders.Count);
        foreach (var folder in folders)
        {
            encoded.Add(Encoding.UTF8.GetBytes(folder.EndsWith('/') ? folder : folder + "/"));
        }

        return encoded;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
