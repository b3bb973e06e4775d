using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Requirements;

namespace Firn.Python.Locks;

/// <summary>Requirement files as a lock: what they pin exactly, and what they leave to a solver.</summary>
internal sealed record RequirementsLock
{
    /// <summary>What is pinned, or comes from a URL, a repository or a folder; in the order of the files.</summary>
    public required ImmutableArray<LockedDistribution> Distributions { get; init; }

    /// <summary>What is not: the version, or the name, is left open.</summary>
    public required ImmutableArray<RequirementEntry> Unpinned { get; init; }

    /// <summary>Whether every file must have a digest that the files name.</summary>
    public required bool RequiresHashes { get; init; }

    /// <summary>What is exact in requirement files.</summary>
    /// <param name="file">The files.</param>
    /// <param name="environment">The environment for which markers are asked.</param>
    /// <exception cref="FirnException">
    /// Two lines contradict each other; or hashes are required and one is missing; or a marker has no meaning.
    /// </exception>
    public static RequirementsLock Resolve(RequirementsFile file, MarkerEnvironment environment)
    {
        var active = Active(file, environment);
        // pip: one --hash makes all of them required (req/req_set.py, req_install.py has_hash_options).
        var requiresHashes = file.Options.RequireHashes || active.Exists(entry => !entry.Hashes.IsEmpty && !entry.IsConstraint);
        var groups = new Dictionary<string, RequirementGroup>(StringComparer.Ordinal);
        var order = new List<RequirementGroup>();
        var unpinned = ImmutableArray.CreateBuilder<RequirementEntry>();
        foreach (var entry in active)
        {
            if (entry.Requirement is not { } requirement)
            {
                unpinned.Add(entry);
                continue;
            }

            if (!groups.TryGetValue(requirement.CanonicalName, out var group))
            {
                group = new RequirementGroup(requirement.CanonicalName);
                groups.Add(requirement.CanonicalName, group);
                order.Add(group);
            }

            group.Add(entry);
        }

        var distributions = ImmutableArray.CreateBuilder<LockedDistribution>();
        foreach (var group in order)
        {
            group.Finish(requiresHashes, distributions, unpinned);
        }

        if (requiresHashes)
        {
            HashRule.Check(distributions, unpinned);
        }

        return new RequirementsLock
        {
            Distributions = distributions.DrainToImmutable(),
            Unpinned = unpinned.DrainToImmutable(),
            RequiresHashes = requiresHashes,
        };
    }

    private static List<RequirementEntry> Active(RequirementsFile file, MarkerEnvironment environment)
    {
        var active = new List<RequirementEntry>();
        foreach (var entry in file.Entries)
        {
            var holds = entry.Marker is null ? true : entry.Marker.TryEvaluate(environment);
            if (holds is null)
            {
                throw new FirnException(
                    $"the marker of '{entry.Text}' compares what cannot be compared ({entry.Origin})", "correct the marker behind the semicolon");
            }

            if (holds.Value)
            {
                active.Add(entry);
            }
        }

        return active;
    }
}
