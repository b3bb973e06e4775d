using Firn.Common.Files;
using Firn.Restore.Planning;
using Firn.Restore.Results;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;

namespace Firn.Restore.Caching;

/// <summary>
/// Links compiled files whose run path is relative already. A run path below <c>$ORIGIN</c> depends on where a file lies in
/// the prefix and not on the prefix, so the file is relocated and digested once, and beside its bundle in the cache for the
/// next restore.
/// </summary>
/// <param name="cache">The cache.</param>
/// <param name="use">How files come out of it.</param>
/// <param name="prover">Compares bytes where the file system cannot vouch for them.</param>
/// <param name="relocations">The folders that were moved, and the places of the files.</param>
/// <param name="folders">The tree that is written.</param>
/// <param name="writer">The thread's own writer into it.</param>
/// <param name="output">What comes beside the files.</param>
internal sealed unsafe class RelocatedLinker(
    UnpackedCache cache,
    CacheUse use,
    CacheProver prover,
    CachedRelocations relocations,
    TreeFolders folders,
    TreeWriter writer,
    UnpackOutput output)
{
    private readonly Utf8Path _utf8 = new();

    /// <summary>Whether the file at this place can come relocated.</summary>
    public bool Has(string place) => relocations.Places.Contains(place);

    /// <summary>Links the files, which are made in the cache where they are not there.</summary>
    /// <param name="job">Their package.</param>
    /// <param name="files">Where the bundle's own files are; those of the members were just checked.</param>
    /// <param name="members">The files; each of <see cref="Has"/>.</param>
    /// <param name="cancellation">Stops before the next file.</param>
    /// <returns>Those that are to be copied, and relocated in the prefix.</returns>
    /// <exception cref="CacheDamageException">A file is not what the list says.</exception>
    public List<CachedMember> Link(
        PackageJob job, string files, List<CachedMember> members, CancellationToken cancellation)
    {
        var bundle = job.Package.Bundle;
        var tag = relocations.TagOf(job.Target);
        var folder = cache.FolderOf(bundle, tag);
        var listing = cache.ReadListing(bundle, tag);
        var listed = Listed(listing);
        if (!members.TrueForAll(member => IsListed(listed, member)))
        {
            cache.Remove(bundle, tag);
            listing = new RelocatedFiller(relocations.Moves, tag).Fill(folder, files, members, cancellation);
            listed = Listed(listing);
        }

        var times = CachedTimes.Read(folder, listing!.Digest);

        var copied = new List<CachedMember>();
        foreach (var member in members)
        {
            cancellation.ThrowIfCancellationRequested();
            // What another process has put there in the meantime may lack one.
            if (!IsListed(listed, member) || listed[member.Path] is not { Digest: not null } relocated
                || use.Mode != LinkMode.HardLink
                || !TryLink(Path.Join(folder, UnpackedCache.Files), tag, member, relocated, times))
            {
                copied.Add(member);
            }
        }

        times.Save(folder);
        return copied;
    }

    private static bool IsListed(Dictionary<string, RelocatedMember> listed, CachedMember member) =>
        listed.TryGetValue(member.Path, out var relocated) && relocated.Place == member.Place;

    /// <summary>The files by their paths in the bundle, each with its number among those that the cache has.</summary>
    private static Dictionary<string, RelocatedMember> Listed(ListingReader? listing)
    {
        var listed = new Dictionary<string, RelocatedMember>(StringComparer.Ordinal);
        var index = -1;
        for (var item = listing?.Next(); item is ListingItem.Relocated or ListingItem.Kept; item = listing!.Next())
        {
            index += item == ListingItem.Relocated ? 1 : 0;
            listed[listing!.Name] = listing.Relocated with { Index = index };
        }

        return listed;
    }

    private bool TryLink(string files, string tag, CachedMember member, RelocatedMember relocated, CachedTimes times)
    {
        var slash = Math.Max(member.Path.LastIndexOf('/'), 0);
        var file = Path.Join(files, member.Path);
        int source;
        fixed (byte* path = _utf8.Set(Path.Join(files, member.Path.AsSpan(0, slash))))
        {
            source = FolderCalls.Open(FolderCalls.Current, path, FolderCalls.OpenFolder);
        }

        if (source < 0)
        {
            throw new CacheDamageException(file, tag);
        }

        try
        {
            fixed (byte* name = _utf8.Set(member.Path.AsSpan(slash == 0 ? 0 : slash + 1)))
            {
                if (!CachedFile.IsAsListed(source, name, relocated.Size, relocated.Time, relocated.Inode, out var stat)
                    || ((prover.ReadsAll || !times.Holds(relocated.Index, stat))
                        && (prover.DigestOf(file) != relocated.Digest || !CachedFile.TryMendMode(file, member.IsExecutable))))
                {
                    throw new CacheDamageException(file, tag);
                }

                var isTaken = TryLink(source, name, member, relocated, tag);
                // The link has changed the time, and nothing else may have.
                if (!CachedFile.IsAsListed(source, name, relocated.Size, relocated.Time, relocated.Inode, out stat))
                {
                    throw new CacheDamageException(file, tag);
                }

                times.Set(relocated.Index, stat);
                return isTaken;
            }
        }
        finally
        {
            _ = FolderCalls.Close(source);
        }
    }

    private bool TryLink(int source, byte* name, CachedMember member, RelocatedMember relocated, string tag)
    {
        var error = writer.Link(source, name, member.Place[..Math.Max(member.Place.LastIndexOf('/'), 0)]);
        if (error == 0)
        {
            output.Counts.Add(LinkMode.HardLink, 1, relocated.Size);
            output.AddRelocated(new RelocatedFile(member.Place, relocated.Published!, relocated.Digest!));
            return true;
        }

        if (error == FolderCalls.Exists)
        {
            output.AddConflict(member.Place);
            return true;
        }

        if (CachedFile.IsRefused(error))
        {
            use.FallBack(WriteFailure.Reason(error));
            return false;
        }

        // Another restore may have found damage, and make this part of the cache anew.
        throw FileStatReader.TryReadAt(source, name, out _) ? folders.Failure(member.Place, error) : new CacheDamageException(member.Place, tag);
    }
}
