using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Conda;
using Firn.Conda.Configuration;
using Firn.Conda.Listings;
using Firn.Conda.Prefixes;
using Firn.Host.Loading;
using Firn.Host.SystemPackages;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures.Inspecting;

/// <summary>The part of an inspection that needs the distributions: their owners, conda's records, native libraries.</summary>
internal sealed class PackageInspection(
    PythonEnvironment environment, SystemContext systemContext, List<Problem> problems)
{
    /// <summary>Sorted by canonical name.</summary>
    public ImmutableArray<Distribution> Distributions { get; private set; } = [];

    public CondaFacts? Conda { get; private set; }

    /// <summary>The lines of conda's files that nobody can install from.</summary>
    public IReadOnlyList<CondaUnreplayableLine> UnreplayableCondaLines { get; private set; } = [];

    public NativeLibraries NativeLibraries { get; private set; } = NativeLibraries.None;

    /// <summary>Reads it.</summary>
    /// <param name="installed">The distributions as they tell of themselves.</param>
    public void Read(List<InstalledDistribution> installed)
    {
        var condaPrefix = CondaPrefixReader.IsPrefix(environment.Prefix)
            ? CondaPrefixReader.Read(environment.Prefix, problems)
            : null;
        if (condaPrefix is not null)
        {
            Conda = CondaFactsReader.Read(condaPrefix, systemContext, problems, out var unreplayable);
            UnreplayableCondaLines = unreplayable;
        }

        var owners = new OwnerAssignment(environment, condaPrefix, systemContext);
        var distributions = owners.Assign(installed);
        distributions.Sort(static (left, right) => string.CompareOrdinal(left.CanonicalName, right.CanonicalName));
        Distributions = [.. distributions];
        NativeLibraries = NativeLibraryInspector.Inspect(
            new NativeLibraryRequest
            {
                SystemContext = systemContext,
                Prefix = environment.Prefix,
                BasePrefix = environment.BasePrefix,
                Executable = environment.Executable,
                Candidates = NativeCandidates.Of(environment, installed, distributions, condaPrefix, systemContext),
            },
            problems);
    }
}

/// <summary>Says which distributions belong to conda and which to the system, where their own metadata does not.</summary>
internal sealed class OwnerAssignment(
    PythonEnvironment environment, CondaPrefix? conda, SystemContext systemContext)
{
    public List<Distribution> Assign(List<InstalledDistribution> installed)
    {
        var condaOwners = CondaOwners();
        var systemOwners = SystemOwners(installed);
        var distributions = new List<Distribution>(installed.Count);
        foreach (var (distribution, _) in installed)
        {
            if (condaOwners.TryGetValue(distribution.MetadataPath, out var package))
            {
                distributions.Add(distribution with { Owner = DistributionOwner.Conda, CondaPackage = package });
            }
            else if (systemOwners.TryGetValue(distribution.MetadataPath, out var system))
            {
                distributions.Add(distribution with
                {
                    Owner = DistributionOwner.System,
                    SystemPackage = $"{system.Name}={system.Version}",
                });
            }
            else
            {
                distributions.Add(distribution);
            }
        }

        return distributions;
    }

    /// <summary>The metadata paths that conda's records list, with the package that does.</summary>
    private Dictionary<string, string> CondaOwners()
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var package in conda?.Packages ?? [])
        {
            foreach (var anchor in package.Files.Anchors)
            {
                if (CondaPackageFiles.IsInside(anchor))
                {
                    var path = Path.Join(conda!.Path, anchor);
                    owners.TryAdd(path, package.Name);
                    owners.TryAdd(Path.GetDirectoryName(path)!, package.Name);
                }
            }
        }

        return owners;
    }

    /// <summary>The system's packages behind distributions in the system's folders; pip's INSTALLER wins over them.</summary>
    private Dictionary<string, SystemPackage> SystemOwners(List<InstalledDistribution> installed)
    {
        var paths = new List<string>();
        if (environment.Layers.Any(layer => layer.Kind == EnvironmentLayerKind.System))
        {
            foreach (var (distribution, _) in installed)
            {
                if (distribution.Owner is DistributionOwner.Unknown or DistributionOwner.System
                    && distribution.MetadataPath.StartsWith("/usr/", StringComparison.Ordinal))
                {
                    paths.Add(distribution.MetadataPath);
                }
            }
        }

        return paths.Count == 0 ? [] : new SystemPackageOwners(systemContext).FindPackagesOf(paths);
    }
}

/// <summary>Turns a conda prefix into the facts of a capture.</summary>
internal static class CondaFactsReader
{
    /// <param name="prefix">The prefix as it was read.</param>
    /// <param name="systemContext">Where conda and its configuration are looked for.</param>
    /// <param name="problems">Receives what conda would stumble over.</param>
    /// <param name="unreplayable">The lines of conda's files that nobody can install from.</param>
    public static CondaFacts Read(
        CondaPrefix prefix,
        SystemContext systemContext,
        List<Problem> problems,
        out List<CondaUnreplayableLine> unreplayable)
    {
        var listing = CondaListing.Read(prefix, CondaRelease.Newest, problems);
        unreplayable = UnreplayableLines.Find(
            listing, CaptureFileNames.Conda, CaptureFileNames.CondaExplicit, ExplicitHashes.Sha256OrMd5);
        return new CondaFacts
        {
            Release = CondaReleaseFinder.Find(prefix, systemContext).Text,
            Platform = prefix.Platform,
            Packages = prefix.Packages,
            PipPackages = listing.Pip.Packages,
            Overwritten = [.. listing.Pip.Clobbered.Select(clobbered => clobbered.Package.Name)],
            RequestedSpecs = prefix.RequestedSpecs,
            PinnedSpecs = prefix.PinnedSpecs,
            VariableNames = prefix.VariableNames,
            ConfiguredChannels = ChannelSettingsReader.ReadChannels(prefix.Path, systemContext, problems),
        };
    }
}
