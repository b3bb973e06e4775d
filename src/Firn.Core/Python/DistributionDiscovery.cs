using Firn.Common;

namespace Firn.Python;

/// <summary>Finds the distributions on a search path.</summary>
internal static class DistributionDiscovery
{
    /// <summary>Finds all distributions.</summary>
    /// <param name="searchPath">The entries of <c>sys.path</c>, or of pip's <c>--path</c>.</param>
    /// <param name="rules">Whose rules.</param>
    /// <param name="problems">Receives what could not be read.</param>
    public static DiscoveryResult Find(
        IReadOnlyList<string> searchPath, DiscoveryRules rules, List<Problem> problems) =>
        rules.Backend == DiscoveryBackend.Importlib
            ? new ImportlibFinder(rules, problems).Find(searchPath)
            : new PackageResourcesFinder(rules, problems).Find(searchPath);
}
