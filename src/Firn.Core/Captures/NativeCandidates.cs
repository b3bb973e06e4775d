using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda;
using Firn.Host;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures;

/// <summary>The compiled files of an environment, as its packages list them.</summary>
internal static class NativeCandidates
{
    private const string Interpreter = "python";

    public static ImmutableArray<NativeCandidate> Of(
        PythonEnvironment environment, List<InstalledDistribution> distributions, CondaPrefix? conda)
    {
        var candidates = ImmutableArray.CreateBuilder<NativeCandidate>();
        foreach (var installed in distributions)
        {
            foreach (var file in installed.NativeFiles)
            {
                candidates.Add(new NativeCandidate(file, installed.Distribution.CanonicalName));
            }
        }

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

        AddStandardLibrary(environment, candidates);
        return candidates.DrainToImmutable();
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
