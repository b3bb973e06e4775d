using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Documents;
using Firn.Python.Installation;
using Firn.Python.Interpreters;
using Firn.Restore.Finishing;

namespace Firn.Images.Assembly;

/// <summary>
/// An archive without what depends on who installed it where: the same packages give the same image, whether pip or uv put
/// them into a venv or a virtualenv. What packages hold is not touched.
/// </summary>
internal static class CanonicalInstallation
{
    private const string DirectUrl = "direct_url.json";
    private const string Installer = "INSTALLER";
    private const string History = "conda-meta/history";
    private const string Prompt = "env";

    /// <summary>The archive in the form that images have.</summary>
    public static ArchiveDocument Of(ArchiveDocument document) => document with
    {
        Environment = Tree(document.Environment),
        Base = document.Base is { } tree ? Tree(tree) : null,
        LeftOut = [],
    };

    private static ArchivedTree Tree(ArchivedTree tree)
    {
        var isVirtual = tree.Kind == ArchivedTreeKind.VirtualEnvironment;
        return tree with
        {
            Packages = [.. tree.Packages.Select(Package)],
            Texts = Texts(tree, isVirtual),
            Links = [.. tree.Links.Where(link => !(isVirtual && IsOfInterpreter(link))), .. isVirtual ? InterpreterLinks(tree) : []],
            NamesPrefix = [],
        };
    }

    /// <summary>The compiled files name the folder that they were made in, so they are left out: Python makes them again.</summary>
    private static ArchivedPackage Package(ArchivedPackage package) => package with
    {
        HasBytecode = false,
        Bytecode = null,
        ProjectPath = null,
        Distribution = package.Distribution is { } distribution ? Distribution(distribution) : null,
    };

    private static ArchivedDistribution Distribution(ArchivedDistribution distribution) => distribution with
    {
        Launchers = [.. distribution.Launchers.Select(Launcher)],
        InstallerFiles = Installers(distribution),
        RecordsBytecode = false,
    };

    private static ImmutableSortedDictionary<string, string> Installers(ArchivedDistribution distribution)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        files[Installer] = "firn\n";
        if (distribution.InstallerFiles.TryGetValue(DirectUrl, out var url))
        {
            files[DirectUrl] = url;
        }

        return files.ToImmutable();
    }

    /// <summary>A launcher in the one form that pip gives it today (pip/_vendor/distlib/scripts.py), where what it starts is known.</summary>
    private static ArchivedLauncher Launcher(ArchivedLauncher launcher) =>
        launcher.Interpreter is not null && EntryPointOf(launcher.Body) is var (module, name, call)
            ? launcher with
            {
                Body = $"""
                    import sys
                    from {module} import {name}
                    if __name__ == '__main__':
                        if sys.argv[0].endswith('.exe'):
                            sys.argv[0] = sys.argv[0][:-4]
                        sys.exit({call}())

                    """,
            }
            : launcher;

    private static (string Module, string Name, string Call)? EntryPointOf(string body)
    {
        string? module = null, name = null, call = null;
        foreach (var raw in body.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith("from ", StringComparison.Ordinal) && line.IndexOf(" import ", StringComparison.Ordinal) is > 0 and var at && module is null)
            {
                (module, name) = (line[5..at].Trim(), line[(at + 8)..].Trim());
            }
            else if (line.StartsWith("sys.exit(", StringComparison.Ordinal) && line.EndsWith("())", StringComparison.Ordinal))
            {
                call = line[9..^3];
            }
            else if (!IsOfKnownForm(line))
            {
                return null;
            }
        }

        return module is not null && name is not null && call is not null && IsDotted(module) && IsDotted(call)
            && (call == name || call.StartsWith(name + ".", StringComparison.Ordinal))
            ? (module, name, call)
            : null;
    }

    /// <summary>Whether pip, setuptools, virtualenv or uv write such a line into a launcher; one with another does more.</summary>
    private static bool IsOfKnownForm(string line) =>
        line.Length == 0 || line.StartsWith('#') || line is "import re" or "import sys" or "if __name__ == '__main__':" or "if __name__ == \"__main__\":"
        || line.StartsWith("sys.argv[0] = ", StringComparison.Ordinal) || line.StartsWith("if sys.argv[0].endswith(", StringComparison.Ordinal)
        || line.StartsWith("elif sys.argv[0].endswith(", StringComparison.Ordinal);

    private static bool IsDotted(string text) =>
        text.Split('.').All(static part => part.Length > 0 && !char.IsAsciiDigit(part[0]) && part.All(static c => char.IsLetterOrDigit(c) || c == '_'));

    private static ImmutableArray<ArchivedText> Texts(ArchivedTree tree, bool isVirtual)
    {
        var texts = tree.Texts.Where(text => !(isVirtual && VirtualEnvironmentFiles.IsActivation(text.Path))).Select(text => Text(text, tree));
        var scripts = isVirtual ? ActivationScripts.For(ArchiveTokens.Prefix, Prompt) : [];
        return [.. texts.Concat(scripts.Select(static script => new ArchivedText(script.Key, script.Value, IsExecutable: false)))
            .OrderBy(static text => text.Path, StringComparer.Ordinal)];
    }

    /// <summary>conda's history says who installed what when.</summary>
    private static ArchivedText Text(ArchivedText text, ArchivedTree tree) =>
        text.Path == PyvenvConfiguration.FileName && tree.BaseExecutable is { } executable ? text with { Text = Configuration(tree, executable) }
        : text.Path == History ? text with { Text = string.Empty }
        : text;

    private static string Configuration(ArchivedTree tree, string executable) => new StringBuilder()
        .Append("home = ").Append(ArchiveTokens.Base).Append('/').Append(Path.GetDirectoryName(executable)).Append('\n')
        .Append("include-system-site-packages = false\n")
        .Append("version = ").Append(tree.PythonVersion).Append('\n')
        .Append("executable = ").Append(ArchiveTokens.Base).Append('/').Append(executable).Append('\n')
        .ToString();

    private static bool IsOfInterpreter(ArchivedLink link) => VirtualEnvironmentFiles.IsInterpreter(link.Path) || link.Path == "lib64";

    private static IEnumerable<ArchivedLink> InterpreterLinks(ArchivedTree tree)
    {
        var own = "bin/" + tree.PythonFolder;
        yield return new ArchivedLink(own, $"{ArchiveTokens.Base}/{tree.BaseExecutable ?? own}");
        yield return new ArchivedLink("bin/python", tree.PythonFolder);
        yield return new ArchivedLink("bin/python3", tree.PythonFolder);
        yield return new ArchivedLink("lib64", "lib");
    }
}
