using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda;
using Firn.Conda.Prefixes;
using Firn.Host.Binaries;
using Firn.Host.SystemPackages;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures.Inspecting;

/// <summary>The compiled files of an environment, as its packages list them.</summary>
internal static class NativeCandidates
{
    private const string Interpreter = "python";

    /// <param name="environment">The environment.</param>
    /// <param name="installed">What RECORD lists.</param>
    /// <param name="distributions">The same distributions with their owners: dpkg lists the files of the system's.</param>
    /// <param name="conda">What conda's records list.</param>
    /// <param name="systemContext">Where the system's files are.</param>
    public static ImmutableArray<NativeCandidate> Of(
        PythonEnvironment environment,
        List<InstalledDistribution> installed,
        List<Distribution> distributions,
        CondaPrefix? conda,
        SystemContext systemContext)
    {
        var candidates = ImmutableArray.CreateBuilder<NativeCandidate>();
        AddListed(installed, candidates);
        AddOfSystem(distributions, systemContext, candidates);
        AddOfConda(conda, candidates);
        AddStandardLibrary(environment, candidates);
        AddPrograms(environment, candidates);
        return candidates.DrainToImmutable();
    }

    private static void AddListed(
        List<InstalledDistribution> distributions, ImmutableArray<NativeCandidate>.Builder candidates)
    {
        foreach (var installed in distributions)
        {
            foreach (var file in installed.NativeFiles)
            {
                candidates.Add(new NativeCandidate(file, installed.Distribution.CanonicalName));
            }
        }
    }

    private static void AddOfSystem(
        List<Distribution> distributions, SystemContext systemContext, ImmutableArray<NativeCandidate>.Builder candidates)
    {
        var lists = new DpkgFileLists(systemContext);
        foreach (var distribution in distributions)
        {
            if (distribution.SystemPackage is not { } package || distribution.RecordedDigest is not null)
            {
                continue;
            }

            foreach (var file in lists.PythonNativeFilesOf(package[..package.IndexOf('=', StringComparison.Ordinal)]))
            {
                candidates.Add(new NativeCandidate(file, distribution.CanonicalName));
            }
        }
    }

    private static void AddOfConda(CondaPrefix? conda, ImmutableArray<NativeCandidate>.Builder candidates)
    {
        foreach (var package in conda?.Packages ?? [])
        {
            foreach (var file in package.Files.NativeLibraries)
            {
                if (CondaPackageFiles.IsInside(file))
                {
                    candidates.Add(new NativeCandidate(Path.Join(conda!.Path, file), package.Name));
                }
            }
        }
    }

    /// <summary>The programs of a prefix without a Python: it is there for them, and no interpreter loads their libraries.</summary>
    private static void AddPrograms(
        PythonEnvironment environment, ImmutableArray<NativeCandidate>.Builder candidates)
    {
        if (environment.HasPython)
        {
            return;
        }

        var bin = Path.Join(environment.Prefix, "bin");
        foreach (var file in DirectoryReader.List(bin, out _))
        {
            if (file.Kind != DirectoryEntryKind.Directory)
            {
                candidates.Add(new NativeCandidate(Path.Join(bin, file.Name), null));
            }
        }
    }

    /// <summary>The interpreter's own extension modules, which no RECORD lists: <c>_ssl</c>, <c>_ctypes</c>, <c>_sqlite3</c>.</summary>
    private static void AddStandardLibrary(
        PythonEnvironment environment, ImmutableArray<NativeCandidate>.Builder candidates)
    {
        foreach (var entry in environment.SearchPath)
        {
            if (entry.Kind != SearchPathKind.StandardLibrary
                || !entry.Path.EndsWith("lib-dynload", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var file in DirectoryReader.List(entry.Path, out _))
            {
                if (file.Kind != DirectoryEntryKind.Directory && NativeCandidate.IsNamed(file.Name))
                {
                    candidates.Add(new NativeCandidate(Path.Join(entry.Path, file.Name), Interpreter));
                }
            }
        }
    }
}
