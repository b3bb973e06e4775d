using Firn.Common;
using Firn.Python.Discovery;

namespace Firn.Python.Distributions;

/// <summary>
/// The distributions on a search path, to be read by any number of threads: each takes the next one until none is left.
/// Which of them count is decided as the newest pip decides, on any Python.
/// </summary>
internal sealed class DistributionBatch
{
    private readonly IReadOnlyList<InstalledMetadata> _found;
    private readonly InstalledDistribution?[] _read;
    private readonly SystemContext _systemContext;
    private int _next = -1;

    private DistributionBatch(IReadOnlyList<InstalledMetadata> found, SystemContext systemContext)
    {
        _found = found;
        _read = new InstalledDistribution?[found.Count];
        _systemContext = systemContext;
    }

    /// <summary>Finds the distributions; those that are hidden by others become problems.</summary>
    public static DistributionBatch Find(
        IReadOnlyList<string> searchPath, SearchPathCatalog catalog, SystemContext systemContext, List<Problem> problems)
    {
        var result = DistributionDiscovery.Find(searchPath, catalog, DiscoveryRules.Newest, problems);
        foreach (var hidden in result.Shadowed)
        {
            problems.Add(Hidden(hidden));
        }

        return new DistributionBatch(result.Found, systemContext);
    }

    /// <summary>Reads distributions until none is left; others may do so at the same time, each with its own problems.</summary>
    public void ReadSome(List<Problem> problems)
    {
        var reader = new DistributionReader(_systemContext, problems);
        for (var i = Interlocked.Increment(ref _next); i < _read.Length; i = Interlocked.Increment(ref _next))
        {
            _read[i] = reader.Read(_found[i]);
        }
    }

    /// <summary>What was read, in the order of discovery; only after every thread has come back.</summary>
    public List<InstalledDistribution> Result()
    {
        var distributions = new List<InstalledDistribution>(_read.Length);
        foreach (var distribution in _read)
        {
            if (distribution is not null)
            {
                distributions.Add(distribution);
            }
        }

        return distributions;
    }

    private static Problem Hidden(ShadowedMetadata hidden)
    {
        var inOneFolder = hidden.Metadata.SearchPathEntry == hidden.HiddenBy.SearchPathEntry;
        return new Problem(
            inOneFolder ? "duplicate-distribution" : "shadowed-distribution",
            hidden.Metadata.Path,
            inOneFolder
                ? $"a second {hidden.Metadata.CanonicalName} in the same folder as {hidden.HiddenBy.Path}"
                : $"{hidden.Metadata.CanonicalName} is hidden by {hidden.HiddenBy.Path}");
    }
}
