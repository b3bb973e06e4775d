using Firn.Common;
using Firn.Conda;

namespace Firn.Captures;

/// <summary>Turns a conda prefix into the facts of a capture.</summary>
internal static class CondaFactsReader
{
    /// <param name="prefix">The prefix as it was read.</param>
    /// <param name="surroundings">Where conda and its configuration are looked for.</param>
    /// <param name="problems">Receives what conda would stumble over.</param>
    /// <param name="unreplayable">The lines of conda's files that nobody can install from.</param>
    public static CondaFacts Read(
        CondaPrefix prefix,
        Surroundings surroundings,
        List<Problem> problems,
        out List<CondaUnreplayableLine> unreplayable)
    {
        var listing = CondaListing.Read(prefix, CondaRelease.Newest, problems);
        unreplayable = CondaReplayability.Find(
            listing, CaptureFileNames.Conda, CaptureFileNames.CondaExplicit, CondaHashes.Sha256OrMd5);
        return new CondaFacts
        {
            Release = CondaReleaseFinder.Find(prefix, surroundings).Text,
            Platform = prefix.Platform,
            Packages = prefix.Packages,
            PipPackages = listing.Pip.Packages,
            Overwritten = [.. listing.Pip.Clobbered.Select(clobbered => clobbered.Package.Name)],
            RequestedSpecs = prefix.RequestedSpecs,
            PinnedSpecs = prefix.PinnedSpecs,
            VariableNames = prefix.VariableNames,
            ConfiguredChannels = [.. CondaConfiguration.ReadChannels(prefix.Path, surroundings)],
        };
    }
}
