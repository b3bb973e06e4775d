using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Conda;
using Firn.Creation.Packages;
using Firn.Python.Environments;

namespace Firn.Creation.Planning;

/// <summary>Puts together the archive document of an environment that is made for the first time.</summary>
internal static class DocumentComposer
{
    /// <param name="plan">What the environment holds.</param>
    /// <param name="packages">The same, in the store.</param>
    /// <param name="prefix">Where it is made.</param>
    /// <param name="now">For conda's history.</param>
    /// <returns>The document, without an environment id: that is known when the environment is there.</returns>
    public static ArchiveDocument Compose(
        CreationPlan plan, IReadOnlyList<IngestedPackage> packages, string prefix, DateTimeOffset now)
    {
        var sorted = packages.Select(package => package.Package)
            .OrderBy(package => (int)package.Kind)
            .ThenBy(package => package.Name, StringComparer.Ordinal)
            .ThenBy(package => package.Bundle.Hex, StringComparer.Ordinal)
            .ToImmutableArray();
        return new ArchiveDocument
        {
            EnvironmentId = string.Empty,
            Platform = PlatformName.OfThisMachine(),
            Environment = plan.Python.Base is { } python
                ? VirtualEnvironmentTree.Create(python, prefix, sorted)
                : CondaTree(plan, packages, prefix, sorted, now),
        };
    }

    private static ArchivedTree CondaTree(
        CreationPlan plan,
        IReadOnlyList<IngestedPackage> packages,
        string prefix,
        ImmutableArray<ArchivedPackage> sorted,
        DateTimeOffset now)
    {
        var python = plan.Python;
        var texts = ScriptsOf(packages).Select(scripts => scripts.First().Script).ToList();
        texts.Add(new ArchivedText("conda-meta/history", History(plan, now), IsExecutable: false));
        return new ArchivedTree
        {
            Kind = ArchivedTreeKind.Conda,
            Prefix = prefix,
            PythonVersion = python.Version,
            PythonFolder = python.Folder,
            SitePackages = python.SitePackages,
            CacheTag = python.Tag.CacheTag,
            Executable = $"bin/{python.Folder.TrimEnd('t')}",
            Packages = sorted,
            Texts = [.. texts.OrderBy(text => text.Path, StringComparer.Ordinal)],
        };
    }

    /// <summary>The entry points of several packages that have one name.</summary>
    public static IEnumerable<Problem> Conflicts(IReadOnlyList<IngestedPackage> packages) =>
        from scripts in ScriptsOf(packages)
        let all = scripts.ToList()
        where all.Exists(item => item.Script.Text != all[0].Script.Text)
        select new Problem(
            "path-conflict",
            scripts.Key,
            $"{all[0].Package} has it, and not {string.Join(", ", all.Skip(1).Select(item => item.Package))}");

    /// <summary>By their places; of two packages the first by name has the place, whatever the order of a lock.</summary>
    private static IEnumerable<IGrouping<string, (string Package, ArchivedText Script)>> ScriptsOf(IReadOnlyList<IngestedPackage> packages) =>
        packages.OrderBy(package => package.Package.Name, StringComparer.Ordinal)
            .SelectMany(package => package.Texts.Select(script => (package.Package.Name, script)))
            .GroupBy(item => item.script.Path, StringComparer.Ordinal);

    /// <summary><c>channel/subdir</c>; the folder of the URL where it does not tell them apart.</summary>
    private static string FolderOf(LockedCondaPackage package) => package is { Channel: { } channel, Subdir: { } subdir }
        ? $"{channel}/{subdir}"
        : package.SafeUrl[..Math.Max(0, package.SafeUrl.LastIndexOf('/'))];

    /// <summary>One revision, in the form that conda reads (conda history.py; CEP 32).</summary>
    private static string History(CreationPlan plan, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"==> {now.UtcDateTime:yyyy-MM-dd HH:mm:ss} <==\n");
        text.Append("# cmd: firn create\n");
        text.Append(CultureInfo.InvariantCulture, $"# tool version: {FirnVersion.Text}\n");
        foreach (var (package, _) in plan.Conda.OrderBy(planned => planned.Package.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"+{FolderOf(package)}::{package.Distribution}\n");
        }

        var requested = plan.Conda.Where(planned => planned.Package.RequestedSpec is not null)
            .Select(planned => $"'{planned.Package.RequestedSpec!.Replace("'", string.Empty, StringComparison.Ordinal)}'").ToList();
        if (requested.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"# update specs: [{string.Join(", ", requested)}]\n");
        }

        return text.ToString();
    }
}
