using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Common.Tar;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;

namespace Firn.Restore.Caching;

/// <summary>
/// Brings one package from the cache into a tree: each file is checked against the list, then linked or cloned; those that
/// differ in each prefix are written.
/// </summary>
internal sealed unsafe class CacheLinker(
    PackageRestore job,
    PackageWriter package,
    CacheMode use,
    PlannedRelocations relocations,
    RelocatedLinker relocated,
    CachedFileCopier copier,
    CacheProver prover,
    TreeFolders folders,
    TreeWriter writer,
    RestoreJournal output)
{
    /// <summary>In nanoseconds: finer .NET's clock does not tell.</summary>
    private const long ClockStep = 100;

    private readonly Utf8Path _utf8 = new();
    private readonly List<CachedMember> _relocated = [];
    private CachedTimes _times = CachedTimes.Of(Sha256Digest.Of([]));
    private CancellationToken _cancellation;
    private int _index;
    private bool _hasItsClock;
    private long _looked;
    private string? _tag;
    private string _files = string.Empty;
    private string _folder = string.Empty;
    private string? _place;
    private bool _hasChanged;
    private long _linked;
    private long _bytes;

    /// <summary>Links what a list names.</summary>
    /// <param name="listing">The list, at its start.</param>
    /// <param name="folder">The bundle's folder in the cache.</param>
    /// <param name="tag">The tag, where it is bytecode.</param>
    /// <param name="cancellation">Stops before the next folder.</param>
    /// <exception cref="CacheDamageException">A file is not what the list says.</exception>
    public void Link(ListingReader listing, string folder, string? tag, CancellationToken cancellation)
    {
        _tag = tag;
        _cancellation = cancellation;
        _times = CachedTimes.Read(folder, listing.Digest);
        _index = -1;
        _files = Path.Join(folder, UnpackedCache.Files);
        var root = OpenRoot();
        var source = -1;
        try
        {
            fixed (byte* bytes = listing.Bytes)
            {
                for (var item = listing.Next(); item != ListingItemKind.End; item = listing.Next())
                {
                    if (item == ListingItemKind.Folder)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        Close(source);
                        source = -1;
                        source = Enter(listing, root, bytes + listing.NameStart);
                    }
                    else
                    {
                        Take(item, listing, source, bytes + listing.NameStart);
                    }
                }
            }

            LinkRelocated(cancellation);
            _times.Save(folder);
        }
        finally
        {
            Close(source);
            Close(root);
            output.Counts.Add(use.Mode == LinkMode.Reflink ? LinkMode.Reflink : LinkMode.HardLink, _linked, _bytes);
            _linked = 0;
            _bytes = 0;
        }
    }

    private void Take(ListingItemKind item, ListingReader listing, int source, byte* name)
    {
        switch (item)
        {
            case ListingItemKind.File:
                Check(listing, source, name);
                TakeFile(listing, source, name);
                break;
            case ListingItemKind.Treated:
                Check(listing, source, name);
                WriteTreated(listing);
                break;
            case ListingItemKind.EmptyFolder when package.Paths.Of(listing.Name) is { } place:
                folders.Make(place);
                break;
            case ListingItemKind.Link when package.Paths.Of(listing.Name) is { } place:
                var entry = new BundleEntry
                {
                    Path = listing.Name,
                    Kind = TarEntryKind.Link,
                    LinkTarget = listing.Target,
                };
                BundleLinks.Take(job, entry, place, output);
                break;
        }
    }

    private int OpenRoot()
    {
        int descriptor;
        fixed (byte* bytes = _utf8.Set(_files))
        {
            descriptor = Libc.OpenAt(FileNames.CurrentFolder, bytes, OpenFlags.Folder);
        }

        return descriptor >= 0 ? descriptor : throw new CacheDamageException(_files, _tag);
    }

    /// <summary>Opens the next folder of the list. Relative to the bundle's own, by the bytes of the list: there are thousands.</summary>
    private int Enter(ListingReader listing, int root, byte* path)
    {
        _folder = listing.Name;
        _place = package.Paths.AreByFolder ? package.Paths.Of(_folder) : null;
        _hasChanged = _place is not null && relocations.ChangedFolders.Contains(_place);
        byte* here = stackalloc byte[] { (byte)'.', 0 };
        var descriptor = Libc.OpenAt(root, *path == 0 ? here : path, OpenFlags.Folder);
        return descriptor >= 0 ? descriptor : throw new CacheDamageException(Path.Join(_files, _folder), _tag);
    }

    /// <summary>Compares the next file with the list, and where the file system cannot vouch for its bytes, them too.</summary>
    private void Check(ListingReader listing, int source, byte* name)
    {
        _index++;
        if (!CachedFile.IsAsListed(source, name, listing.Size, listing.Time, listing.Inode, out var stat))
        {
            throw Damage(listing);
        }

        if (!prover.ReadsAll && _times.Holds(_index, stat))
        {
            return;
        }

        // What changes while it is read has another time behind it.
        if (!prover.IsRight(job.Package.Bundle, _tag, Member(listing), _cancellation)
            || !FileStatReader.TryReadAt(source, name, out var after) || after.Changed != stat.Changed
            || !CachedFile.TryMendMode(Path.Join(_files, Member(listing)), listing.IsExecutable)
            || !FileStatReader.TryReadAt(source, name, out stat))
        {
            throw Damage(listing);
        }

        _times.Set(_index, stat);
    }

    /// <summary>The link that was just made has changed the time. A clock that is not the file system's does not tell which it is.</summary>
    private void NoteLink(ListingReader listing, int source, byte* name)
    {
        _linked++;
        _bytes += listing.Size;
        var now = ConsistentRead.Now + ClockStep;
        // A thread that had to wait for a core may have waited between the call and the look at the clock.
        var isExact = now - _looked < CachedTimes.MostBetweenLooks;
        _looked = now;
        if (_hasItsClock && isExact)
        {
            _times.SetLinked(_index, now);
            return;
        }

        if (!CachedFile.IsAsListed(source, name, listing.Size, listing.Time, listing.Inode, out var stat))
        {
            throw Damage(listing);
        }

        _times.Set(_index, stat);
        _hasItsClock = CachedTimes.IsOf(now, stat);
    }

    private CacheDamageException Damage(ListingReader listing) => new(Path.Join(_files, Member(listing)), _tag);

    private void LinkRelocated(CancellationToken cancellation)
    {
        if (_relocated.Count > 0)
        {
            foreach (var member in relocated.Link(job, _files, _relocated, cancellation))
            {
                Copy(member);
            }

            _relocated.Clear();
        }
    }

    private void TakeFile(ListingReader listing, int source, byte* name)
    {
        string? place = null;
        if (_place is null || _hasChanged || _tag is not null || use.Mode != LinkMode.HardLink)
        {
            place = package.Paths.Of(Member(listing));
            if (place is null)
            {
                return;
            }

            if (_tag is not null)
            {
                package.AddBytecodeRow(place);
            }
            else if (_place is null && package.IsEdited(Member(listing)))
            {
                package.NoteContent(
                    place, prover.DigestOf(Path.Join(_files, Member(listing))) ?? throw Damage(listing), listing.Size);
            }
        }

        if (use.Mode != LinkMode.HardLink
            || (place is not null && (relocations.Changed.Contains(place) || package.IsNoLink(Member(listing)))))
        {
            TakeUnlinked(MemberOf(listing, place!));
            return;
        }

        var folder = _place ?? place![..Math.Max(place!.LastIndexOf('/'), 0)];
        var error = writer.Link(source, name, folder);
        if (error == 0)
        {
            NoteLink(listing, source, name);
        }
        else if (error == Errno.Exists)
        {
            output.AddConflict(place ?? package.Paths.Of(Member(listing))!);
        }
        else if (CachedFile.IsRefused(error))
        {
            use.FallBack(WriteFailure.Reason(error));
            Copy(MemberOf(listing, place ?? package.Paths.Of(Member(listing))!));
        }
        else if (!FileStatReader.TryReadAt(source, name, out _))
        {
            // Another restore has found damage, and makes this part of the cache anew.
            throw Damage(listing);
        }
        else
        {
            throw folders.Failure(Path.Join(folder, listing.Name), error);
        }
    }

    /// <summary>A file that is changed after it is there must not be the cache's, unless the cache has it as it will be.</summary>
    private void TakeUnlinked(CachedMember member)
    {
        if (use.Mode == LinkMode.HardLink && _tag is null && relocated.Has(member.Place))
        {
            _relocated.Add(member);
        }
        else
        {
            Copy(member);
        }
    }

    /// <summary>Clones the file, or copies it.</summary>
    private void Copy(CachedMember member) => copier.Copy(_files, _tag, member);

    private void WriteTreated(ListingReader listing)
    {
        var member = Member(listing);
        var entry = listing.TreatedEntry(member);
        if (package.Paths.Of(member) is { } place)
        {
            CachedFileCopier.WriteTreated(_files, _tag, package, place, entry);
        }
    }

    private CachedMember MemberOf(ListingReader listing, string place) =>
        new(Member(listing), place, listing.IsExecutable, listing.Size, listing.Time);

    private string Member(ListingReader listing) => _folder.Length == 0 ? listing.Name : $"{_folder}/{listing.Name}";

    private static void Close(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = Libc.Close(descriptor);
        }
    }
}
