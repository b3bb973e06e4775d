using System.Text;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Host.Binaries;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Microsoft.Win32.SafeHandles;

namespace Firn.Restore.Caching;

/// <summary>
/// Links compiled files whose run path is relative already. A run path below <c>$ORIGIN</c> depends on where a file lies in
/// the prefix and not on the prefix, so the file is relocated and digested once, and beside its bundle in the cache for the
/// next restore.
/// </summary>
/// <param name="use">The cache, and how files come out of it.</param>
/// <param name="prover">Compares bytes where the file system cannot vouch for them.</param>
/// <param name="folders">The tree that is written.</param>
/// <param name="writer">The thread's own writer into it.</param>
/// <param name="output">What comes beside the files.</param>
internal sealed unsafe class RelocatedLinker(
    CacheUse use, CacheProver prover, TreeFolders folders, TreeWriter writer, RestoreJournal output)
{
    private readonly Utf8Path _utf8 = new();

    /// <summary>Links the files, which are made in the cache where they are not there.</summary>
    /// <param name="job">Their package.</param>
    /// <param name="files">Where the bundle's own files are; those of the members were just checked.</param>
    /// <param name="members">The files; each at one of <see cref="PlannedRelocations.Places"/>.</param>
    /// <param name="cancellation">Stops before the next file.</param>
    /// <returns>Those that are to be copied, and relocated in the prefix.</returns>
    /// <exception cref="CacheDamageException">A file is not what the list says.</exception>
    public List<CachedMember> Link(
        PackageRestore job, string files, List<CachedMember> members, CancellationToken cancellation)
    {
        var bundle = job.Package.Bundle;
        var tag = use.Relocations.TagOf(job.Target);
        var folder = use.Cache.FolderOf(bundle, tag);
        var listing = use.Cache.ReadListing(bundle, tag);
        var listed = Listed(listing);
        if (!members.TrueForAll(member => IsListed(listed, member)))
        {
            use.Cache.Remove(bundle, tag);
            listing = new RelocatedFiller(use.Relocations.Moves, tag).Fill(folder, files, members, cancellation);
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

    private static bool IsListed(Dictionary<string, RelocatedListing> listed, CachedMember member) =>
        listed.TryGetValue(member.Path, out var relocated) && relocated.Place == member.Place;

    /// <summary>The files by their paths in the bundle, each with its number among those that the cache has.</summary>
    private static Dictionary<string, RelocatedListing> Listed(ListingReader? listing)
    {
        var listed = new Dictionary<string, RelocatedListing>(StringComparer.Ordinal);
        var index = -1;
        for (var item = listing?.Next(); item is ListingItemKind.Relocated or ListingItemKind.Kept; item = listing!.Next())
        {
            index += item == ListingItemKind.Relocated ? 1 : 0;
            listed[listing!.Name] = listing.Relocated with { Index = index };
        }

        return listed;
    }

    private bool TryLink(string files, string tag, CachedMember member, RelocatedListing relocated, CachedTimes times)
    {
        var slash = Math.Max(member.Path.LastIndexOf('/'), 0);
        var file = Path.Join(files, member.Path);
        int source;
        fixed (byte* path = _utf8.Set(Path.Join(files, member.Path.AsSpan(0, slash))))
        {
            source = Libc.OpenAt(FileNames.CurrentFolder, path, OpenFlags.Folder);
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
                    || ((use.ReadsAll || !times.Holds(relocated.Index, stat))
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
            _ = Libc.Close(source);
        }
    }

    private bool TryLink(int source, byte* name, CachedMember member, RelocatedListing relocated, string tag)
    {
        var error = writer.Link(source, name, member.Place[..Math.Max(member.Place.LastIndexOf('/'), 0)]);
        if (error == 0)
        {
            output.Counts.Add(LinkMode.HardLink, 1, relocated.Size);
            output.AddRelocated(new RelocatedFile(member.Place, relocated.Published!, relocated.Digest!));
            return true;
        }

        if (error == Errno.Exists)
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

/// <summary>Makes relocated copies of a bundle's compiled files in the cache, and takes the digest of each before and after.</summary>
/// <param name="moves">The folders that were moved.</param>
/// <param name="tag">What the copies are known by, for messages of damage.</param>
internal sealed class RelocatedFiller(IReadOnlyList<RunPathMove> moves, string tag)
{
    private readonly ElfRunPathEditor _editor = new();
    private readonly byte[] _buffer = new byte[256 * 1024];

    /// <summary>Fills a folder of the use.Cache.</summary>
    /// <param name="folder">The folder of the copies.</param>
    /// <param name="files">Where the bundle's own files are, which were just checked.</param>
    /// <param name="members">The files.</param>
    /// <param name="cancellation">Stops before the next file.</param>
    public ListingReader Fill(
        string folder, string files, IReadOnlyList<CachedMember> members, CancellationToken cancellation) =>
        CacheFiller.Fill(folder, (folders, writer, stats) =>
        {
            var listing = new ListingWriter();
            foreach (var member in members)
            {
                cancellation.ThrowIfCancellationRequested();
                Add(listing, member, Path.Join(files, member.Path), folders, writer, stats);
            }

            return listing.Finish();
        });

    private void Add(
        ListingWriter listing, CachedMember member, string original, TreeFolders folders, TreeWriter writer, List<FileStat> stats)
    {
        using var file = BoundedFile.Open(original, out _) ?? throw new CacheDamageException(original, null);
        if (_editor.Plan(file, member.Place, moves) is not { Obstacle: null } edit)
        {
            listing.Kept(member.Path, member.Place);
            return;
        }

        if (!writer.TryBegin(member.Path, member.IsExecutable))
        {
            throw new CacheDamageException(Path.Join(folders.Path, member.Path), tag);
        }

        var (published, digest) = Copy(file, edit, writer);
        writer.End(FileTimes.Usual);
        if (!FileStatReader.TryRead(Path.Join(folders.Path, member.Path), out var stat) || stat.Size != member.Size)
        {
            throw new CacheDamageException(original, null);
        }

        stats.Add(stat);
        listing.Relocated(
            member.Path, new RelocatedListing(member.Place, stat.Size, stat.ModifiedSeconds, stat.Inode, published, digest));
    }

    private (Sha256Digest Published, Sha256Digest Digest) Copy(SafeFileHandle file, ElfRunPathEdit edit, TreeWriter writer)
    {
        using var before = new Sha256Hasher();
        using var after = new Sha256Hasher();
        for (var offset = 0L; RandomAccess.Read(file, _buffer, offset) is var count and > 0; offset += count)
        {
            var piece = _buffer.AsSpan(0, count);
            before.Append(piece);
            edit.ApplyTo(piece, offset);
            after.Append(piece);
            writer.Append(piece);
        }

        return (before.Finish(), after.Finish());
    }
}

/// <summary>What a restore moves: the folders that run paths name, and the files that name them.</summary>
internal sealed class PlannedRelocations
{
    private const int TagDigits = 32;

    public PlannedRelocations(RestorePlan plan)
    {
        Moves = RunPathMoves.Of(plan);
        foreach (var target in plan.Targets)
        {
            foreach (var file in target.Tree.RunPathFiles)
            {
                Places.Add(target.Below(file));
                AddChanged(target.Below(file));
                AddChanged($"{RestoredFolder.Python}/{file}");
            }
        }
    }

    public IReadOnlyList<RunPathMove> Moves { get; }

    /// <summary>Files that get other bytes once they are there, and so must not be the cache's.</summary>
    public HashSet<string> Changed { get; } = new(StringComparer.Ordinal);

    /// <summary>The folders of those files.</summary>
    public HashSet<string> ChangedFolders { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of them that the cache may have as they will be, relative to the restored prefix.</summary>
    public HashSet<string> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The tag under which the cache has relocated files of a tree. It is made from all that the new bytes depend on beside
    /// the old ones and the place, which the list has: one bundle may have been archived from two prefixes.
    /// </summary>
    public string TagOf(RestoredTree target)
    {
        var text = new StringBuilder("firn.relocated/1\n");
        foreach (var move in Moves)
        {
            text.Append(move.OldFolder).Append('\0').Append(move.NewPlace).Append('\n');
        }

        text.Append(target.Root);
        return $"moved-{Sha256Digest.Of(Encoding.UTF8.GetBytes(text.ToString())).Hex[..TagDigits]}";
    }

    private void AddChanged(string place)
    {
        Changed.Add(place);
        ChangedFolders.Add(place[..Math.Max(place.LastIndexOf('/'), 0)]);
    }
}
