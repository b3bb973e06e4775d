using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda;
using Firn.Host;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures;

/// <summary>The half of an inspection that reads packages: distributions, conda's records, native libraries.</summary>
internal sealed class PackageInspection(
    PythonEnvironment environment, Surroundings surroundings, List<Problem> problems)
{
    private DistributionBatch? _batch;

    /// <summary>Sorted by canonical name.</summary>
    public ImmutableArray<Distribution> Distributions { get; private set; } = [];

    public CondaFacts? Conda { get; private set; }

    /// <summary>The lines of conda's files that nobody can install from.</summary>
    public IReadOnlyList<CondaUnreplayableLine> UnreplayableCondaLines { get; private set; } = [];

    public NativeLibraries NativeLibraries { get; private set; } = NativeLibraries.None;

    /// <summary>Finds the distributions and reads them until none is left.</summary>
    /// <param name="share">Takes the batch, so that another thread can help.</param>
    public void ReadDistributions(Action<DistributionBatch> share)
    {
        var searchPath = environment.SearchPath.Select(entry => entry.Path).ToArray();
        _batch = DistributionBatch.Find(searchPath, surroundings, problems);
        share(_batch);
        _batch.ReadSome(problems);
    }

    /// <summary>Reads the rest, after every helper has come back.</summary>
    public void Finish()
    {
        var installed = _batch?.Result() ?? [];
        var condaPrefix = CondaPrefixReader.IsPrefix(environment.Prefix)
            ? CondaPrefixReader.Read(environment.Prefix, problems)
            : null;
        if (condaPrefix is not null)
        {
            Conda = CondaFactsReader.Read(condaPrefix, surroundings, problems, out var unreplayable);
            UnreplayableCondaLines = unreplayable;
        }

        var owners = new DistributionOwners(environment, condaPrefix, surroundings);
        var distributions = owners.Assign(installed);
        distributions.Sort(static (left, right) => string.CompareOrdinal(left.CanonicalName, right.CanonicalName));
        Distributions = [.. distributions];
        NativeLibraries = NativeLibraryInspector.Inspect(
            new NativeLibraryRequest
            {
                Surroundings = surroundings,
                Prefix = environment.Prefix,
                BasePrefix = environment.BasePrefix,
                Executable = environment.Executable,
                LibPython = null,
                Candidates = NativeCandidates.Of(environment, installed, distributions, condaPrefix, surroundings),
            },
            problems);
    }
}
