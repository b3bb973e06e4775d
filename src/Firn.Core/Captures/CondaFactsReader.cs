using Firn.Common;
using Firn.Conda;

namespace Firn.Captures;

/// <summary>Turns a conda prefix into the facts of a capture.</summary>
internal static class CondaFactsReader
{
    public static CondaFacts Read(CondaPrefix prefix, List<Problem> problems)
    {
        var listing = CondaListing.Read(prefix, CondaRelease.Newest, problems);
        return new CondaFacts
        {
            Release = CondaReleaseFinder.Find(prefix).Text,
            Platform = prefix.Platform,
            Packages = prefix.Packages,
            PipPackages = listing.Pip.Packages,
            Overwritten = [.. listing.Pip.Clobbered.Select(clobbered => clobbered.Package.Name)],
            RequestedSpecs = prefix.RequestedSpecs,
            PinnedSpecs = prefix.PinnedSpecs,
            VariableNames = prefix.VariableNames,
        };
    }
}
