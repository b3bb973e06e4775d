using System.Collections.Immutable;
using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Storage.Contents;

/// <summary>Whether archives that records name are whole in a store: the document, its bundles and its objects.</summary>
internal static class ArchivedReferences
{
    /// <summary>Whether the archives of a run's environments are whole.</summary>
    public static bool AreAllThere(Store store, ImmutableArray<RunEnvironment> environments)
    {
        foreach (var environment in environments)
        {
            if (environment.Archive is { } archive && !IsThere(store, archive))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsThere(Store store, Sha256Digest archive)
    {
        try
        {
            return store.Files.IsInPlace(archive)
                && AreAllThere(store, ArchiveReferences.Read(store.Files.Read(archive, ArchiveReferences.Limit)));
        }
        catch (Exception exception) when (exception is FirnException or FormatException)
        {
            return false;
        }
    }

    private static bool AreAllThere(Store store, ArchiveReferences needs)
    {
        foreach (var bundle in needs.Bundles)
        {
            if (!store.Bundles.Contains(bundle))
            {
                return false;
            }
        }

        foreach (var file in needs.Objects)
        {
            if (!store.Files.IsInPlace(file))
            {
                return false;
            }
        }

        return true;
    }
}
