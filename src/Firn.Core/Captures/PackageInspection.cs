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
    /// <summary>Sorted by canonical name.</summary>
    public ImmutableArray<Distribution> Distributions { get; private set; } = [];

    public CondaFacts? Conda { get; private set; }

    /// <summary>The lines of conda's files that nobody can install from.</summary>
    public IReadOnlyList<CondaUnreplayableLine> UnreplayableCondaLines { get; private set; } = [];

    public NativeLibraries NativeLibraries { get; private set; } = NativeLibraries.None;

    public void Run()
    {
        var searchPath = environment.SearchPath.Select(entry => entry.Path).ToArray();
        var installed = new DistributionReader(surroundings, problems).Read(searchPath);
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
                Candidates = NativeCandidates.Of(environment, installed, condaPrefix),
            },
            problems);
    }
}
