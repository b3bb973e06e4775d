using System.Text;
using Firn.Common;

namespace Firn.Python.Installation;

/// <summary>
/// Reads the first lines of scripts in the forms that installers write them: distlib's <c>_build_shebang</c> (pip),
/// uv's <c>format_shebang</c>, setuptools', rattler's. A script is one of the installation's own only if the
/// interpreter lies in one of its folders.
/// </summary>
/// <param name="interpreterFolders">The folders that hold the installation's interpreter, absolute, in every spelling.</param>
internal sealed class ShebangReader(IReadOnlyList<string> interpreterFolders)
{
    /// <summary>More than any of these lines has; the kernel itself reads 256 bytes.</summary>
    public const int MaxBytes = 8 * 1024;

    private static readonly byte[] Shell = Encoding.UTF8.GetBytes(ShebangText.ShellStart);
    private static readonly byte[] ShellEnd = Encoding.UTF8.GetBytes(ShebangText.ShellEnd);
    private static readonly byte[] ShellArguments = Encoding.UTF8.GetBytes(ShebangText.Arguments);
    private static readonly byte[] OneLineEnd = Encoding.UTF8.GetBytes(ShebangText.OneLineEnd);

    private static ReadOnlySpan<byte> BesideScript => "\"$(dirname -- \"$(realpath -- \"$0\")\")\"/"u8;

    private readonly List<byte[]> _folders = Encode(interpreterFolders);

    /// <summary>The lines; <see langword="null"/> where the script is another interpreter's, or in no known form.</summary>
    /// <param name="script">The script, or at least its first <see cref="MaxBytes"/> bytes.</param>
    public Shebang? Read(ReadOnlySpan<byte> script) => !script.StartsWith("#!"u8)
        ? null
        : script.StartsWith(Shell) ? ReadShell(script) : ReadPlain(script);

    private Shebang? ReadPlain(ReadOnlySpan<byte> script)
    {
        var end = script[..Math.Min(script.Length, MaxBytes)].IndexOf((byte)'\n');
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
            : new Shebang(
                ShebangForm.Plain, Text(line.Slice(folder, name)), Text(line[(folder + name)..]), end + 1);
    }

    private Shebang? ReadShell(ReadOnlySpan<byte> script)
    {
        var rest = script[Shell.Length..Math.Min(script.Length, MaxBytes)];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }

        var line = rest[..end];
        var oneLine = Bytes.EndsWith(line, OneLineEnd);
        if (!oneLine && !rest[end..].StartsWith(ShellEnd))
        {
            return null;
        }

        var bodyStart = Shell.Length + end + (oneLine ? 1 : ShellEnd.Length);
        line = oneLine ? line[..^OneLineEnd.Length] : line;
        if (!Bytes.EndsWith(line, ShellArguments))
        {
            return null;
        }

        line = line[..^ShellArguments.Length];
        return line.StartsWith(BesideScript)
            ? Relocatable(line[BesideScript.Length..], bodyStart)
            : Quoted(line, oneLine, bodyStart);
    }

    private static Shebang? Relocatable(ReadOnlySpan<byte> name, int bodyStart)
    {
        if (name.Length > 2 && name[0] == (byte)'\'' && name[^1] == (byte)'\'')
        {
            name = name[1..^1];
        }

        return name.Length > 0 && NameLength(name) == name.Length
            ? new Shebang(ShebangForm.Relocatable, Text(name), string.Empty, bodyStart)
            : null;
    }

    private Shebang? Quoted(ReadOnlySpan<byte> line, bool oneLine, int bodyStart)
    {
        var form = ShebangForm.ShellUnquoted;
        var arguments = ReadOnlySpan<byte>.Empty;
        if (line.Length > 2 && line[0] is (byte)'"' or (byte)'\'')
        {
            form = line[0] == (byte)'"' ? ShebangForm.ShellDoubleQuoted : ShebangForm.ShellSingleQuoted;
            var close = line[1..].IndexOf(line[0]);
            if (close < 0)
            {
                return null;
            }

            arguments = line[(close + 2)..];
            line = line.Slice(1, close);
        }

        form = oneLine ? ShebangForm.ShellOneLine : form;
        var folder = FolderLength(line);
        var name = folder == 0 ? 0 : NameLength(line[folder..]);
        if (name == 0)
        {
            return null;
        }

        var behind = line[(folder + name)..];
        if (form != ShebangForm.ShellUnquoted && behind.Length > 0 && !oneLine)
        {
            return null;
        }

        return new Shebang(
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

/// <summary>The line or lines at the start of a script that an installer wrote for one interpreter.</summary>
/// <param name="Form">How they name it.</param>
/// <param name="Interpreter">Its file name, for example <c>python3.11</c>; it lies in the installation's own folder.</param>
/// <param name="Arguments">What follows it, with the blank before it; nearly always empty.</param>
/// <param name="BodyStart">The offset in the script of the first byte behind these lines.</param>
internal sealed record Shebang(ShebangForm Form, string Interpreter, string Arguments, int BodyStart);

/// <summary>How a script names the interpreter that runs it.</summary>
internal enum ShebangForm
{
    /// <summary><c>#!/prefix/bin/python</c>.</summary>
    Plain,

    /// <summary><c>#!/bin/sh</c>, then <c>'''exec' /prefix/bin/python "$0" "$@"</c> and <c>' '''</c> (distlib, pip).</summary>
    ShellUnquoted,

    /// <summary>The same with the interpreter in double quotes (distlib, where the path holds a space).</summary>
    ShellDoubleQuoted,

    /// <summary>The same with the interpreter in single quotes (uv).</summary>
    ShellSingleQuoted,

    /// <summary>One line, <c>'''exec' "/prefix/bin/python" "$0" "$@" #'''</c> (rattler's and pixi's entry points).</summary>
    ShellOneLine,

    /// <summary>
    /// <c>'''exec' "$(dirname -- "$(realpath -- "$0")")"/'python' "$0" "$@"</c>: the interpreter beside the script
    /// (<c>uv venv --relocatable</c>).
    /// </summary>
    Relocatable,
}

/// <summary>
/// Scripts from a wheel's <c>.data/scripts</c> folder: the wheel ships them with <c>#!python</c>, and the installer
/// puts its interpreter there (Binary distribution format, "Recommended installer features").
/// </summary>
internal static class WheelDataScript
{
    /// <summary>
    /// The script with its first line back to <c>#!python</c>; <see langword="null"/> where it is not written for an
    /// interpreter of this installation, and so is as the wheel has it.
    /// </summary>
    public static byte[]? Restore(ReadOnlySpan<byte> installed, ShebangReader reader)
    {
        if (reader.Read(installed) is not { } line)
        {
            return null;
        }

        var first = Encoding.UTF8.GetBytes($"{ShebangText.Placeholder}{line.Arguments}\n");
        var script = new byte[first.Length + installed.Length - line.BodyStart];
        first.CopyTo(script, 0);
        installed[line.BodyStart..].CopyTo(script.AsSpan(first.Length));
        return script;
    }
}

/// <summary>Finds the folder that a script names as its interpreter's prefix, whoever's that is.</summary>
internal static class ShebangPrefix
{
    /// <summary>How much of a script is worth reading: a path has at most 4,095 bytes.</summary>
    public const int MaxStartLength = 4352;

    private const string Programs = "/bin/";

    /// <summary>
    /// The path before <c>/bin/PROGRAM</c> in a first line or in the second one that <c>/bin/sh</c> reads, as it is spelled;
    /// <see langword="null"/> where there is none.
    /// </summary>
    /// <param name="script">The script's start.</param>
    public static string? Of(ReadOnlySpan<byte> script)
    {
        if (!script.StartsWith("#!"u8))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(script[..Math.Min(script.Length, MaxStartLength)]);
        var line = text.StartsWith(ShebangText.ShellStart, StringComparison.Ordinal) ? text.AsSpan(ShebangText.ShellStart.Length) : text.AsSpan(2);
        var end = line.IndexOf('\n');
        line = (end < 0 ? line : line[..end]).TrimStart(' ');
        if (line.Length > 0 && line[0] is '"' or '\'')
        {
            var close = line[1..].IndexOf(line[0]);
            line = close < 0 ? line[1..] : line.Slice(1, close);
        }

        var bin = line.LastIndexOf(Programs, StringComparison.Ordinal);
        // What follows the program are arguments, which may be paths too.
        while (bin > 0 && line[..bin].Contains(Programs, StringComparison.Ordinal) && line[..bin].Contains(' '))
        {
            bin = line[..bin].LastIndexOf(Programs, StringComparison.Ordinal);
        }

        return bin > 0 && line[0] == '/' ? line[..bin].ToString().Replace("\\ ", " ", StringComparison.Ordinal) : null;
    }
}
