using Firn.Common;
using Firn.Conda;
using Firn.Python;
using Firn.Python.Locks;
using Firn.Python.Versions;

namespace Firn.Creation.Planning;

/// <summary>Puts the distributions of several files together, each once, and leaves out what conda brings.</summary>
internal sealed class DistributionMerger(List<Problem> notes)
{
    /// <param name="distributions">What the files ask pip for.</param>
    /// <param name="conda">What conda brings.</param>
    /// <param name="mayReplace">
    /// Whether a conda package gives way to another version, as its files do when pip installs over it: conda-lock writes
    /// such locks. What is made of a capture has to have all that the capture has.
    /// </param>
    /// <exception cref="FirnException">Two files want two versions of one distribution.</exception>
    public MergedPackages Merge(
        IReadOnlyList<LockedDistribution> distributions, IReadOnlyList<LockedCondaPackage> conda, bool mayReplace)
    {
        var brought = Brought(conda);
        var replaced = new HashSet<LockedCondaPackage>(ReferenceEqualityComparer.Instance);
        var merged = new Dictionary<string, LockedDistribution>(StringComparer.Ordinal);
        foreach (var distribution in distributions)
        {
            if (brought.TryGetValue(distribution.Name, out var package) && mayReplace && IsOther(distribution, package))
            {
                replaced.Add(package);
                notes.Add(new Problem(
                    "conda-replaced", null, $"the conda package {package.Name} {package.Version} ({package.Origin}) gives way to {distribution}"));
            }
            else if (package is not null)
            {
                MustAgree(distribution, package);
                notes.Add(new Problem(
                    "conda-has-it", null, $"{distribution.DisplayName} comes as the conda package {package.Version}; its line in {distribution.Origin} adds nothing"));
                continue;
            }

            if (merged.TryGetValue(distribution.Name, out var other))
            {
                MustAgree(distribution, other);
                merged[distribution.Name] = other with { IsRequested = other.IsRequested || distribution.IsRequested };
            }
            else
            {
                merged.Add(distribution.Name, distribution);
            }
        }

        return new MergedPackages([.. merged.Values], [.. conda.Where(package => !replaced.Contains(package))]);
    }

    /// <summary>
    /// The conda packages that bring distributions, by the names of those. conda-forge has some names twice, such as
    /// <c>typing-extensions</c> beside <c>typing_extensions</c>: the one with the other's name only needs it.
    /// </summary>
    private static Dictionary<string, LockedCondaPackage> Brought(IReadOnlyList<LockedCondaPackage> conda)
    {
        var brought = new Dictionary<string, LockedCondaPackage>(StringComparer.Ordinal);
        foreach (var package in conda)
        {
            if (package.IsForPython)
            {
                brought.TryAdd(CanonicalName.Of(package.Name), package);
            }
        }

        return brought;
    }

    /// <summary>pip would take conda's for installed; another version would overwrite files that conda believes to be its own.</summary>
    private static void MustAgree(LockedDistribution distribution, LockedCondaPackage package)
    {
        if (IsOther(distribution, package))
        {
            throw new FirnException(
                $"{distribution} is also the conda package {package.Name} {package.Version} ({package.Origin})", "keep one of the two");
        }
    }

    private static bool IsOther(LockedDistribution distribution, LockedCondaPackage package) =>
        distribution.Version is { } version && Pep440Version.Normalize(version) != Pep440Version.Normalize(package.Version);

    private static void MustAgree(LockedDistribution one, LockedDistribution other)
    {
        if (one.Version is { } version && other.Version is { } before
            && Pep440Version.Normalize(version) != Pep440Version.Normalize(before))
        {
            throw new FirnException($"two files want different versions: {other}, {one}", "keep one of the two");
        }
    }
}

/// <summary>What several files ask for together.</summary>
/// <param name="Distributions">Each once, without those that conda brings.</param>
/// <param name="Conda">The conda packages, without those that give way to a distribution.</param>
internal sealed record MergedPackages(IReadOnlyList<LockedDistribution> Distributions, IReadOnlyList<LockedCondaPackage> Conda);
