using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Firn.Common;
using Firn.Conda;
using Firn.Conda.Prefixes;
using Firn.Creation.Inputs;
using Firn.Creation.Packages;
using Firn.Host.Machine;
using Firn.Python.Candidates;
using Firn.Python.Environments;
using Firn.Python.Interpreters;
using Firn.Python.Versions;

namespace Firn.Creation.Planning;

/// <summary>Decides which Python an environment has, and what of wheels and markers follows from it.</summary>
internal sealed class TargetPythons(SystemContext systemContext)
{
    /// <summary>The Python that comes as a conda package.</summary>
    /// <exception cref="FirnException">There is none among the packages.</exception>
    public static PythonTarget OfConda(IReadOnlyList<LockedCondaPackage> packages, string? named)
    {
        var python = packages.FirstOrDefault(package => package.Name == "python")
            ?? throw new FirnException(
                "no python is among the conda packages", "Firn makes Python environments: add python to the spec, and lock it anew");
        if (named is not null)
        {
            throw new FirnException(
                $"{RequestSetting.Python} {named} is for virtual environments: the conda packages bring Python {python.Version}",
                "leave it out, or change the spec", FailureKind.InvalidRequest);
        }

        var site = CondaPythonLayout.Find(python.Version, python.PythonSitePackagesPath)?.SitePackages;
        return site?.Split('/') is [_, var folder, ..] && PythonTag.TryParse(folder, out var tag)
            ? new PythonTarget(python.Version, tag, site, null)
            : throw new FirnException($"{python.Origin}: python {python.Version} has no version that tells its folder", "make the lock anew");
    }

    /// <summary>A Python of this machine.</summary>
    /// <exception cref="FirnException">None fits.</exception>
    public PythonTarget OfMachine(Specification specification, string? named)
    {
        var captured = specification.Capture?.Environment.PythonVersion;
        var required = specification.Pylocks
            .Where(pylock => pylock.RequiresPython is not null)
            .Select(pylock => (Specifiers: pylock.RequiresPython!, pylock.File))
            .ToList();
        var found = new PythonFinder(systemContext).Find(new PythonRequest
        {
            Named = named ?? captured,
            AllowsOtherPatch = named is null,
            Allows = version => Pep440Version.Parse(version) is not { } parsed
                || required.TrueForAll(item => item.Specifiers.Contains(parsed, allowPrereleases: true)),
            Required = required.Count == 0 ? null : string.Join(", ", required.Select(item => $"{item.Specifiers} ({item.File})")),
        });
        return new PythonTarget(found.Version, found.Tag, $"lib/{found.Tag.FolderName}/site-packages", found);
    }

    /// <summary>The values of markers.</summary>
    public MarkerEnvironment MarkersOf(PythonTarget target)
    {
        var platform = MarkerPlatform.Read(systemContext);
        return target.Tag.Implementation == "pypy"
            ? MarkerEnvironment.Of("pypy", "7.3.0", target.Version, platform)
            : MarkerEnvironment.OfCPython(target.Version, platform);
    }

    /// <summary>The wheels that fit, the best first.</summary>
    public WheelTags TagsOf(PythonTarget target)
    {
        var tag = target.Tag;
        var flags = tag.FreeThreaded ? "t" : tag is { Major: 3, Minor: < 8 } ? "m" : string.Empty;
        return WheelTags.Of(tag.Implementation, tag.Major, tag.Minor, flags, Platforms());
    }

    private ImmutableArray<string> Platforms()
    {
        var machine = MarkerPlatform.Read(systemContext).Machine;
        if (OperatingSystem.IsMacOS())
        {
            var version = Environment.OSVersion.Version;
            return PlatformTags.MacOs(version.Major, version.Minor, RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x86_64");
        }

        return PlatformTags.Linux(machine, LibcReader.Read(systemContext, machine));
    }
}
