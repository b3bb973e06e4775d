using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda;
using Firn.Host.Machine;

namespace Firn.Creation.Planning;

/// <summary>What conda packages need of the machine, looked at before anything is downloaded.</summary>
internal static class HostRequirements
{
    /// <exception cref="FirnException">A package is of another platform, or needs a newer system, driver or processor; all are named.</exception>
    public static void Check(IReadOnlyList<LockedCondaPackage> packages, SystemContext systemContext)
    {
        if (packages.Count == 0)
        {
            return;
        }

        var platform = CondaPlatform.OfThisMachine();
        var foreign = packages.Where(package => package.Subdir is { } subdir && subdir != platform && subdir != "noarch").ToList();
        if (foreign.Count > 0)
        {
            throw new FirnException(
                $"{foreign[0].FileName} ({foreign[0].Origin}) is for {foreign[0].Subdir}, and this machine is {platform}"
                + (foreign.Count > 1 ? $"; and {foreign.Count - 1} more" : string.Empty),
                $"make a lock for {platform}");
        }

        Check([.. packages.Where(package => package.Depends is not null)
            .Select(package => ($"{package.Name} {package.Version}", package.Depends!.Value))], systemContext);
    }

    /// <summary>The same of packages with what they depend on, for locks that do not say it.</summary>
    /// <exception cref="FirnException">A package needs a newer system, driver or processor; all are named.</exception>
    public static void Check(IReadOnlyList<(string Package, ImmutableArray<string> Depends)> needs, SystemContext systemContext)
    {
        if (!needs.Any(item => item.Depends.Any(text => text.StartsWith("__", StringComparison.Ordinal))))
        {
            return;
        }

        var unmet = VirtualPackageRequirements.Unmet(
            needs, VirtualPackages.Detect(HostReader.Read(systemContext, []), CondaPlatform.OfThisMachine(), systemContext));
        if (!unmet.IsEmpty)
        {
            throw new FirnException(
                $"this machine lacks what packages need: {ShortList.Of(unmet)}",
                "make a lock for this machine; where you know better, CONDA_OVERRIDE_GLIBC and its kin say what it has");
        }
    }
}
