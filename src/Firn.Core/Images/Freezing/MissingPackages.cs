using Firn.Captures.Documents;
using Firn.Python;

namespace Firn.Images.Freezing;

/// <summary>Finds the packages that a list names and an environment does not have: the list is of another image.</summary>
internal static class MissingPackages
{
    /// <summary>Their names, in the list's order.</summary>
    /// <param name="names">Those that the list has.</param>
    /// <param name="capture">What is installed; what the base image has counts.</param>
    /// <param name="ignored">Canonical names that are left out.</param>
    public static IEnumerable<string> In(IEnumerable<string> names, Capture capture, IReadOnlySet<string> ignored)
    {
        var there = capture.Distributions.Select(static distribution => distribution.CanonicalName)
            .Concat((capture.Conda?.Packages ?? []).Select(static package => CanonicalName.Of(package.Name))).ToHashSet(StringComparer.Ordinal);
        return names.Where(name => CanonicalName.Of(name) is var canonical && !there.Contains(canonical) && !ignored.Contains(canonical));
    }
}
