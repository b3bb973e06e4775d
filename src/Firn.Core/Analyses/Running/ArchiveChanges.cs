using System.Collections.Immutable;
using Firn.Captures.Archives;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Analyses.Running;

/// <summary>
/// What differs between the bytes of two environments that are equal as recorded: a file that was edited in site-packages
/// changes no RECORD, and so no environment id, but the bundle of its package.
/// </summary>
internal static class ArchiveChanges
{
    /// <summary>The archive of the environment that a run had; <see langword="null"/> where it was not kept.</summary>
    public static Sha256Digest? ArchiveOf(RunRecord record)
    {
        foreach (var environment in record.Environments)
        {
            if (environment.When == RunEnvironment.AtRun)
            {
                return environment.Archive;
            }
        }

        return null;
    }

    /// <summary>
    /// One difference for each package that both have, in one version, with other files. What no package owns does not
    /// count, and neither does bytecode. Nothing where an archive is not there.
    /// </summary>
    /// <exception cref="FirnException">An archive is damaged.</exception>
    public static ImmutableArray<RunDifference> Of(Sha256Digest? before, Sha256Digest? now, Store store)
    {
        if (before is null || now is null || before == now || !store.Files.Contains(before) || !store.Files.Contains(now))
        {
            return [];
        }

        var known = new Dictionary<string, ArchivedPackage>(StringComparer.Ordinal);
        Visit(Read(before, store), (key, package) => known.TryAdd(key, package));
        var found = ImmutableArray.CreateBuilder<RunDifference>();
        Visit(Read(now, store), (key, package) =>
        {
            if (known.TryGetValue(key, out var other) && other.Bundle != package.Bundle)
            {
                found.Add(new RunDifference("files", package.Name, Short(other.Bundle), Short(package.Bundle)));
            }
        });
        return found.ToImmutable();
    }

    private static ArchiveDocument Read(Sha256Digest digest, Store store) =>
        ArchiveReader.Read(store.Files.Read(digest, ArchiveReader.Limit));

    private static void Visit(ArchiveDocument document, Action<string, ArchivedPackage> visit)
    {
        foreach (var tree in document.Trees)
        {
            foreach (var package in tree.Packages)
            {
                if (package.Kind != ArchivedPackageKind.Rest)
                {
                    visit($"{package.Kind} {package.Name} {package.Version}", package);
                }
            }
        }
    }

    private static string Short(Sha256Digest digest) => digest.Hex[..12];
}
