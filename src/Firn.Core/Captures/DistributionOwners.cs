using Firn.Common;
using Firn.Conda;
using Firn.Host;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures;

/// <summary>Says which distributions belong to conda and which to the system, where their own metadata does not.</summary>
internal sealed class DistributionOwners(
    PythonEnvironment environment, CondaPrefix? conda, Surroundings surroundings)
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

        return paths.Count == 0 ? [] : new SystemPackageOwners(surroundings).FindPackagesOf(paths);
    }
}
