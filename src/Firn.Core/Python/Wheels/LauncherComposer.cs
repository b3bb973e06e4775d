using System.Collections.Immutable;

namespace Firn.Python.Wheels;

/// <summary>
/// Composes the launchers of a wheel as the newest pip for the Python writes them (pip: operations/install/wheel.py
/// PipScriptMaker and get_console_script_specs; for Pythons before 3.9 distlib: scripts.py SCRIPT_TEMPLATE).
/// </summary>
/// <param name="pythonFolder">For example <c>python3.11</c>.</param>
internal sealed class LauncherComposer(string pythonFolder)
{
    /// <summary>The name that every virtual environment and every conda environment has its interpreter under.</summary>
    public const string Interpreter = "bin/python";

    private readonly (int Major, int Minor)? _version = VersionOf(pythonFolder);

    /// <summary>Sorted by their paths; of two with one name that of the user interface wins, which pip writes last.</summary>
    public ImmutableArray<WheelLauncher> Compose(ImmutableArray<WheelEntryPoint> entryPoints)
    {
        var names = new SortedDictionary<string, WheelEntryPoint>(StringComparer.Ordinal);
        foreach (var (name, entryPoint) in Named(entryPoints))
        {
            names[name] = entryPoint;
        }

        foreach (var entryPoint in entryPoints)
        {
            if (entryPoint.IsGui)
            {
                names[entryPoint.Name] = entryPoint;
            }
        }

        return [.. names.Select(pair => new WheelLauncher(BinFolder.Path + pair.Key, Interpreter, Body(pair.Value)))];
    }

    /// <summary>
    /// pip and easy_install have the version of the Python that they are installed for in their names, not that of the
    /// Python that built the wheel.
    /// </summary>
    private List<(string Name, WheelEntryPoint EntryPoint)> Named(ImmutableArray<WheelEntryPoint> entryPoints)
    {
        var console = entryPoints.Where(entryPoint => !entryPoint.IsGui).ToList();
        var named = new List<(string, WheelEntryPoint)>();
        if (_version is var (major, minor) && console.Find(entryPoint => entryPoint.Name == "pip") is { } pip)
        {
            console.RemoveAll(entryPoint => entryPoint.Name.StartsWith("pip", StringComparison.Ordinal)
                && IsVersion(entryPoint.Name.AsSpan(3), maybeMajor: true));
            named.AddRange([("pip", pip), ($"pip{major}", pip), ($"pip{major}.{minor}", pip)]);
        }

        if (_version is var (majorToo, minorToo) && console.Find(entryPoint => entryPoint.Name == "easy_install") is { } easy)
        {
            console.RemoveAll(entryPoint => entryPoint.Name == "easy_install"
                || (entryPoint.Name.StartsWith("easy_install-", StringComparison.Ordinal)
                    && IsVersion(entryPoint.Name.AsSpan(13), maybeMajor: false)));
            named.AddRange([("easy_install", easy), ($"easy_install-{majorToo}.{minorToo}", easy)]);
        }

        named.AddRange(console.Select(entryPoint => (entryPoint.Name, entryPoint)));
        return named;
    }

    private string Body(WheelEntryPoint entryPoint)
    {
        var dot = entryPoint.Attribute.IndexOf('.', StringComparison.Ordinal);
        var imported = dot < 0 ? entryPoint.Attribute : entryPoint.Attribute[..dot];
        return _version is var (major, minor) && (major, minor).CompareTo((3, 9)) >= 0
            ? $"""
                import sys
                from {entryPoint.Module} import {imported}
                if __name__ == '__main__':
                    sys.argv[0] = sys.argv[0].removesuffix('.exe')
                    sys.exit({entryPoint.Attribute}())

                """
            : $"""
                # -*- coding: utf-8 -*-
                import re
                import sys
                from {entryPoint.Module} import {imported}
                if __name__ == '__main__':
                    sys.argv[0] = re.sub(r'(-script\.pyw|\.exe)?$', '', sys.argv[0])
                    sys.exit({entryPoint.Attribute}())

                """;
    }

    /// <summary><c>3</c> where that may be, <c>3.11</c>, and for pip nothing at all.</summary>
    private static bool IsVersion(ReadOnlySpan<char> text, bool maybeMajor)
    {
        var dot = text.IndexOf('.');
        return dot < 0
            ? maybeMajor && !text.ContainsAnyExceptInRange('0', '9')
            : dot > 0 && dot < text.Length - 1
                && !text[..dot].ContainsAnyExceptInRange('0', '9') && !text[(dot + 1)..].ContainsAnyExceptInRange('0', '9');
    }

    private static (int Major, int Minor)? VersionOf(string pythonFolder)
    {
        var digits = pythonFolder.AsSpan().TrimStart("abcdefghijklmnopqrstuvwxyz").TrimEnd('t');
        var dot = digits.IndexOf('.');
        return dot > 0 && int.TryParse(digits[..dot], out var major) && int.TryParse(digits[(dot + 1)..], out var minor)
            ? (major, minor)
            : null;
    }
}

/// <summary>A script that an installer writes for an entry point, in the parts that an archive keeps.</summary>
/// <param name="Path">Relative to the prefix, for example <c>bin/pip3.11</c>.</param>
/// <param name="Interpreter">Relative to the prefix; <see langword="null"/> where the body is the whole file.</param>
/// <param name="Body">What follows the line or lines that name the interpreter.</param>
internal sealed record WheelLauncher(string Path, string? Interpreter, string Body);
