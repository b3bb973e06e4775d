using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Python.Environments;
using Firn.Python.Interpreters;
using Firn.Restore.Finishing;

namespace Firn.Creation.Planning;

/// <summary>The tree of a virtual environment that was never installed: what <c>python -m venv</c> would have written (PEP 405).</summary>
internal static class VirtualEnvironmentTree
{
    /// <param name="python">The Python under it.</param>
    /// <param name="prefix">Where it is made.</param>
    /// <param name="packages">Its packages.</param>
    public static ArchivedTree Create(InstalledPython python, string prefix, ImmutableArray<ArchivedPackage> packages)
    {
        var folder = python.Tag.FolderName;
        var executable = Path.GetRelativePath(python.Prefix, python.Executable);
        // pyenv's python3 is a link to python3.11; a virtual environment names the file itself.
        var real = Path.GetRelativePath(Firn.Common.Files.RealPath.Of(python.Prefix), Firn.Common.Files.RealPath.Of(python.Executable));
        executable = real.StartsWith("..", StringComparison.Ordinal) ? executable : real;
        return new ArchivedTree
        {
            Kind = ArchivedTreeKind.VirtualEnvironment,
            Prefix = prefix,
            PythonVersion = python.Version,
            PythonFolder = folder,
            SitePackages = $"lib/{folder}/site-packages",
            CacheTag = python.Tag.CacheTag,
            Executable = "bin/python",
            BaseExecutable = executable,
            Packages = packages,
            Texts = Texts(python, prefix, executable),
            Links = Links(python, executable),
        };
    }

    private static ImmutableArray<ArchivedText> Texts(InstalledPython python, string prefix, string executable)
    {
        var texts = new List<ArchivedText>
        {
            new(
                PyvenvConfiguration.FileName,
                $"home = {ArchiveTokens.Base}/{Path.GetDirectoryName(executable)}\n"
                + "include-system-site-packages = false\n"
                + $"version = {python.Version}\n"
                + $"executable = {ArchiveTokens.Base}/{executable}\n",
                IsExecutable: false),
        };
        foreach (var (path, script) in ActivationScripts.For(ArchiveTokens.Prefix, Path.GetFileName(prefix)))
        {
            texts.Add(new ArchivedText(path, script, IsExecutable: false));
        }

        return [.. texts.OrderBy(text => text.Path, StringComparer.Ordinal)];
    }

    private static ImmutableArray<ArchivedLink> Links(InstalledPython python, string executable)
    {
        var links = new List<ArchivedLink>
        {
            new("bin/python", $"{ArchiveTokens.Base}/{executable}"),
            new("bin/python3", "python"),
            new("lib64", "lib"),
        };
        // CPython's venv names the minor version since 3.9.
        var folder = python.Tag.FolderName;
        if (folder.StartsWith("python", StringComparison.Ordinal) && python.Tag.IsAtLeast(3, 9))
        {
            links.Add(new ArchivedLink($"bin/{folder}", "python"));
        }

        return [.. links.OrderBy(link => link.Path, StringComparer.Ordinal)];
    }
}
