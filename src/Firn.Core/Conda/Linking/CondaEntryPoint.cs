using Firn.Conda.Prefixes;
using Firn.Python.Installation;

namespace Firn.Conda.Linking;

/// <summary>
/// The script that an installer makes of an entry point of a <c>noarch: python</c> package. Prefix records do not keep
/// entry points, so they are read off the scripts and written again for another prefix.
/// </summary>
/// <param name="Module">The module, dotted.</param>
/// <param name="Function">What is called in it, dotted.</param>
/// <param name="Interpreter">The Python relative to the prefix, for example <c>bin/python3.11</c>.</param>
/// <param name="Style">Whose text it is.</param>
internal sealed record CondaEntryPoint(string Module, string Function, string Interpreter, CondaEntryPointStyle Style)
{
    private const string ShellStart = ShebangText.ShellStart + "\"";
    private const string ShellEnd = "\"" + ShebangText.Arguments + ShebangText.OneLineEnd + "\n";
    private const string Coding = "# -*- coding: utf-8 -*-\nimport re\nimport sys\n\nfrom ";

    /// <summary>The longest path that may stand behind <c>#!</c>.</summary>
    private const int MaxInterpreterLength = ShebangText.MaxLineLength - 2;

    /// <summary>Reads a script of an installer; <see langword="null"/> where its text is none that is known.</summary>
    /// <param name="script">The whole script.</param>
    /// <param name="prefix">The prefix it was made for.</param>
    public static CondaEntryPoint? Parse(string script, string prefix)
    {
        if (SplitInterpreter(script) is not (var interpreter, var body)
            || !interpreter.StartsWith(prefix + "/", StringComparison.Ordinal)
            || !body.StartsWith(Coding, StringComparison.Ordinal))
        {
            return null;
        }

        var import = body[Coding.Length..];
        var line = import.IndexOf('\n', StringComparison.Ordinal);
        var space = import.IndexOf(" import ", StringComparison.Ordinal);
        if (space < 0 || line < space)
        {
            return null;
        }

        var module = import[..space];
        foreach (var style in (ReadOnlySpan<CondaEntryPointStyle>)[CondaEntryPointStyle.Conda, CondaEntryPointStyle.Rattler])
        {
            var exit = $"{Indent(style)}sys.exit(";
            var start = body.LastIndexOf(exit, StringComparison.Ordinal);
            if (start < 0)
            {
                continue;
            }

            var function = body[(start + exit.Length)..].Split('(')[0];
            var entryPoint = new CondaEntryPoint(module, function, interpreter[(prefix.Length + 1)..], style);
            if (entryPoint.IsValid && entryPoint.Body() == body)
            {
                return entryPoint;
            }
        }

        return null;
    }

    /// <summary>Whether module and function are names that may be written into a script (conda GHSA-9m8m-c4j3-rj2c).</summary>
    public bool IsValid => AreIdentifiers(Module) && AreIdentifiers(Function) && CondaPaths.IsAllowed(Interpreter);

    /// <summary>Whether a name can be that of a script in <c>bin</c>.</summary>
    public static bool IsCommand(string name) =>
        name.Length > 0 && name[0] != '.' && name.AsSpan().IndexOfAny("/\\\0\n\r") < 0 && CondaPaths.IsAllowed(name);

    /// <summary>The script for a prefix, in the text of the installer that made it.</summary>
    public string Script(string prefix)
    {
        var interpreter = $"{prefix}/{Interpreter}";
        var isPlain = System.Text.Encoding.UTF8.GetByteCount(interpreter) <= MaxInterpreterLength
            && !interpreter.Contains(' ', StringComparison.Ordinal);
        return (isPlain ? $"#!{interpreter}\n" : ShellStart + interpreter + ShellEnd) + Body();
    }

    private static (string Interpreter, string Body)? SplitInterpreter(string script)
    {
        if (script.StartsWith(ShellStart, StringComparison.Ordinal))
        {
            var end = script.IndexOf(ShellEnd, StringComparison.Ordinal);
            return end < 0 ? null : (script[ShellStart.Length..end], script[(end + ShellEnd.Length)..]);
        }

        var line = script.IndexOf('\n', StringComparison.Ordinal);
        return line < 0 || !script.StartsWith("#!/", StringComparison.Ordinal)
            ? null
            : (script[2..line], script[(line + 1)..]);
    }

    private static string Indent(CondaEntryPointStyle style) => style == CondaEntryPointStyle.Conda ? "    " : "\t";

    private static bool AreIdentifiers(string dotted)
    {
        foreach (var range in dotted.AsSpan().Split('.'))
        {
            var part = dotted.AsSpan()[range];
            if (part.Length == 0 || char.IsAsciiDigit(part[0]))
            {
                return false;
            }

            foreach (var c in part)
            {
                if (!char.IsLetterOrDigit(c) && c != '_')
                {
                    return false;
                }
            }
        }

        return true;
    }

    private string Body()
    {
        var indent = Indent(Style);
        var name = Function.Split('.')[0];
        return $"{Coding}{Module} import {name}\n\nif __name__ == '__main__':\n"
            + $"{indent}sys.argv[0] = re.sub(r'(-script\\.pyw?|\\.exe)?$', '', sys.argv[0])\n"
            + $"{indent}sys.exit({Function}())\n";
    }
}

/// <summary>Whose text an entry point's script has; they differ in their indents.</summary>
internal enum CondaEntryPointStyle
{
    /// <summary>conda (gateways/disk/create.py): four blanks.</summary>
    Conda,

    /// <summary>rattler (install/entry_point.rs) and pixi: a tab.</summary>
    Rattler,
}
