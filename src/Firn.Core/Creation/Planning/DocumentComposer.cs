using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Firn.Captures;
using Firn.Captures.Archives;
using Firn.Creation.Ingestion;

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
        var texts = packages.SelectMany(package => package.Texts).DistinctBy(text => text.Path).ToList();
        texts.Add(new ArchivedText("conda-meta/history", History(plan, now), IsExecutable: false));
        return new ArchivedTree
        {
            Kind = ArchivedTreeKind.Conda,
            Prefix = prefix,
            PythonVersion = python.Version,
            PythonFolder = python.Folder,
            SitePackages = python.SitePackages,
            CacheTag = CacheTagOf(python),
            Executable = $"bin/{python.Folder.TrimEnd('t')}",
            Packages = sorted,
            Texts = [.. texts.OrderBy(text => text.Path, StringComparer.Ordinal)],
        };
    }

    private static string CacheTagOf(PythonTarget python) => python.Folder.StartsWith("pypy", StringComparison.Ordinal)
        ? python.Folder.Replace(".", string.Empty, StringComparison.Ordinal)
        : "cpython-" + python.Folder["python".Length..].Replace(".", string.Empty, StringComparison.Ordinal);

    /// <summary>One revision, in the form that conda reads (conda history.py; CEP 32).</summary>
    private static string History(CreationPlan plan, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"==> {now.UtcDateTime:yyyy-MM-dd HH:mm:ss} <==\n");
        text.Append("# cmd: firn create\n");
        text.Append(CultureInfo.InvariantCulture, $"# tool version: {FirnVersion.Text}\n");
        foreach (var (package, _) in plan.Conda.OrderBy(planned => planned.Package.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"+{package.Channel}::{package.Name}-{package.Version}-{package.Build}\n");
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
