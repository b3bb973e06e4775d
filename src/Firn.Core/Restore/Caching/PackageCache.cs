using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Common.Tar;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Firn.Storage;
using Microsoft.Win32.SafeHandles;

namespace Firn.Restore.Caching;

/// <summary>
/// Packages from the cache of unpacked bundles, into which those that are missing are unpacked first. Each file is checked
/// against the list, then linked or cloned; those that differ in each prefix are written.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="use">The cache, and how files come out of it.</param>
/// <param name="folders">The tree that is written.</param>
/// <param name="isReadOnly">Whether files are written read-only.</param>
/// <param name="output">What comes beside the files.</param>
internal sealed unsafe class PackageCache(
    Store store, CacheUse use, TreeFolders folders, bool isReadOnly, RestoreJournal output) : PackageSource
{
    /// <summary>Three for each of what the cache may have of a bundle: its files, their bytecode, and those that are relocated.</summary>
    private const int MaxAttempts = 9;

    /// <summary>In nanoseconds: finer .NET's clock does not tell.</summary>
    private const long ClockStep = 100;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Utf8Path _utf8 = new();
    private readonly ReusableBuffer _listings = new();
    private readonly TreeWriter _writer = new(folders, isReadOnly);
    private readonly CacheFiller _filler = new(store, use.Cache);
    private readonly CacheProver _prover = new(store, use.Cache);
    private bool _hasItsClock;
    private long _looked;

    private RelocatedLinker Relocated => field ??= new RelocatedLinker(use, _prover, folders, _writer, output);

    public override void Write(PackageRestore job, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                WriteOnce(job, cancellation);
                return;
            }
            catch (CacheDamageException damage) when (attempt < MaxAttempts)
            {
                // What is there of this package stays: it was checked before it was linked.
                use.Cache.Remove(job.Package.Bundle, damage.Tag);
                output.AddProblem(new Problem(
                    "cache-damaged",
                    damage.Path,
                    "changed since it was unpacked, and unpacked again; environments that were linked before share the changed file"));
            }
            catch (CacheDamageException damage)
            {
                throw new FirnException(
                    $"{damage.Path} in the cache keeps changing while it is rebuilt", $"remove the cache, or restore without {RequestSetting.Links}");
            }
        }
    }

    public override void Dispose()
    {
        _writer.Dispose();
        _prover.Dispose();
    }

    private void WriteOnce(PackageRestore job, CancellationToken cancellation)
    {
        var bundle = job.Package.Bundle;
        var package = new PackageWriter(job, _writer, output);
        var listing = use.Cache.ReadListing(bundle, null, _listings) ?? Refill(job.Package, cancellation);
        Link(new ListedFiles(use.Cache, job, package, listing, null), cancellation);
        // What lies in the folder of that digest had it when it was unpacked.
        var tag = job.Target.Tree.CacheTag;
        var folder = job.Package is { HasBytecode: true, Bytecode: { } meant } ? UnpackedCache.BytecodeFolder(tag, meant) : null;
        var bytecode = folder is null ? null : use.Cache.ReadListing(bundle, folder, _listings);
        if (bytecode is not null || output.HasBytecode(job, store.Bundles))
        {
            bytecode ??= RefillBytecode(bundle, tag, folder!, cancellation);
            Link(new ListedFiles(use.Cache, job, package, bytecode, folder), cancellation);
        }

        package.Finish();
    }

    private ListingReader Refill(ArchivedPackage package, CancellationToken cancellation)
    {
        use.Cache.Remove(package.Bundle, null);
        return _filler.Fill(package, cancellation);
    }

    private ListingReader RefillBytecode(Sha256Digest bundle, string tag, string folder, CancellationToken cancellation)
    {
        use.Cache.Remove(bundle, folder);
        var sources = use.Cache.ReadListing(bundle, null)
            ?? throw new CacheDamageException(use.Cache.FolderOf(bundle, null), null);
        return _filler.FillBytecode(bundle, tag, folder, sources, cancellation);
    }

    /// <summary>Links what a list names.</summary>
    /// <exception cref="CacheDamageException">A file is not what the list says.</exception>
    private void Link(ListedFiles files, CancellationToken cancellation)
    {
        var listing = files.Listing;
        var root = OpenRoot(files);
        var source = -1;
        try
        {
            fixed (byte* bytes = listing.Bytes)
            {
                for (var item = listing.Next(); item != ListingItemKind.End; item = listing.Next())
                {
                    var name = bytes + listing.NameStart;
                    switch (item)
                    {
                        case ListingItemKind.Folder:
                            cancellation.ThrowIfCancellationRequested();
                            Close(source);
                            source = -1;
                            source = Enter(files, root, name);
                            break;
                        case ListingItemKind.File:
                            Check(files, source, name, cancellation);
                            TakeFile(files, source, name);
                            break;
                        case ListingItemKind.Treated:
                            Check(files, source, name, cancellation);
                            WriteOwn(files);
                            break;
                        default:
                            TakeOther(files, item);
                            break;
                    }
                }
            }

            LinkRelocated(files, cancellation);
            files.SaveTimes();
        }
        finally
        {
            Close(source);
            Close(root);
            output.Counts.Add(use.Mode == LinkMode.Reflink ? LinkMode.Reflink : LinkMode.HardLink, files.Linked, files.LinkedBytes);
        }
    }

    private int OpenRoot(ListedFiles files)
    {
        int descriptor;
        fixed (byte* bytes = _utf8.Set(files.Path))
        {
            descriptor = Libc.OpenAt(FileNames.CurrentFolder, bytes, OpenFlags.Folder);
        }

        return descriptor >= 0 ? descriptor : throw new CacheDamageException(files.Path, files.Tag);
    }

    /// <summary>Opens the next folder of the list. Relative to the bundle's own, by the bytes of the list: there are thousands.</summary>
    private int Enter(ListedFiles files, int root, byte* path)
    {
        files.Enter(use.Relocations);
        byte* here = stackalloc byte[] { (byte)'.', 0 };
        var descriptor = Libc.OpenAt(root, *path == 0 ? here : path, OpenFlags.Folder);
        return descriptor >= 0 ? descriptor : throw new CacheDamageException(Path.Join(files.Path, files.Folder), files.Tag);
    }

    private static void TakeOther(ListedFiles files, ListingItemKind item)
    {
        var (listing, package) = (files.Listing, files.Package);
        switch (item)
        {
            case ListingItemKind.EmptyFolder when package.PlaceOf(listing.Name) is { } place:
                package.MakeFolder(place);
                break;
            case ListingItemKind.Link when package.PlaceOf(listing.Name) is { } place:
                package.TakeLink(
                    new BundleEntry { Path = listing.Name, Kind = TarEntryKind.Link, LinkTarget = listing.Target }, place);
                break;
        }
    }

    /// <summary>Compares the next file with the list, and where the file system cannot vouch for its bytes, them too.</summary>
    private void Check(ListedFiles files, int source, byte* name, CancellationToken cancellation)
    {
        var listing = files.Listing;
        files.Index++;
        if (!CachedFile.IsAsListed(source, name, listing.Size, listing.Time, listing.Inode, out var stat))
        {
            throw files.Damage();
        }

        if (!use.ReadsAll && files.Times.Holds(files.Index, stat))
        {
            return;
        }

        // What changes while it is read has another time behind it.
        if (!_prover.IsRight(files.Job.Package.Bundle, files.Tag, files.Member, cancellation)
            || !FileStatReader.TryReadAt(source, name, out var after) || after.Changed != stat.Changed
            || !CachedFile.TryMendMode(Path.Join(files.Path, files.Member), listing.IsExecutable)
            || !FileStatReader.TryReadAt(source, name, out stat))
        {
            throw files.Damage();
        }

        files.Times.Set(files.Index, stat);
    }

    private void TakeFile(ListedFiles files, int source, byte* name)
    {
        var (package, relocations) = (files.Package, use.Relocations);
        string? place = null;
        if (files.Place is null || files.HasChanged || files.Tag is not null || use.Mode != LinkMode.HardLink)
        {
            place = package.PlaceOf(files.Member);
            if (place is null)
            {
                return;
            }

            if (files.Tag is not null)
            {
                package.AddBytecodeRow(place);
            }
            else if (files.Place is null && package.IsEdited(files.Member))
            {
                var digest = _prover.DigestOf(Path.Join(files.Path, files.Member)) ?? throw files.Damage();
                package.NoteContent(place, digest, files.Listing.Size);
            }
        }

        if (use.Mode != LinkMode.HardLink
            || (place is not null && (relocations.Changed.Contains(place) || package.IsNoLink(files.Member))))
        {
            TakeUnlinked(files, files.MemberAt(place!));
            return;
        }

        var folder = files.Place ?? place![..Math.Max(place!.LastIndexOf('/'), 0)];
        var error = _writer.Link(source, name, folder);
        if (error == 0)
        {
            NoteLink(files, source, name);
        }
        else if (error == Errno.Exists)
        {
            output.AddConflict(place ?? package.PlaceOf(files.Member)!);
        }
        else if (CachedFile.IsRefused(error))
        {
            use.FallBack(WriteFailure.Reason(error));
            Copy(files, files.MemberAt(place ?? package.PlaceOf(files.Member)!));
        }
        else if (!FileStatReader.TryReadAt(source, name, out _))
        {
            // Another restore has found damage, and makes this part of the cache anew.
            throw files.Damage();
        }
        else
        {
            throw folders.Failure(Path.Join(folder, files.Listing.Name), error);
        }
    }

    /// <summary>The link that was just made has changed the time. A clock that is not the file system's does not tell which it is.</summary>
    private void NoteLink(ListedFiles files, int source, byte* name)
    {
        var listing = files.Listing;
        files.Linked++;
        files.LinkedBytes += listing.Size;
        var now = ConsistentRead.Now + ClockStep;
        // A thread that had to wait for a core may have waited between the call and the look at the clock.
        var isExact = now - _looked < CachedTimes.MaxBetweenLooks;
        _looked = now;
        if (_hasItsClock && isExact)
        {
            files.Times.SetLinked(files.Index, now);
            return;
        }

        if (!CachedFile.IsAsListed(source, name, listing.Size, listing.Time, listing.Inode, out var stat))
        {
            throw files.Damage();
        }

        files.Times.Set(files.Index, stat);
        _hasItsClock = CachedTimes.IsOf(now, stat);
    }

    /// <summary>A file that is changed after it is there must not be the cache's, unless the cache has it as it will be.</summary>
    private void TakeUnlinked(ListedFiles files, CachedMember member)
    {
        if (use.Mode == LinkMode.HardLink && files.Tag is null && use.Relocations.Places.Contains(member.Place))
        {
            files.ToRelocate.Add(member);
        }
        else
        {
            Copy(files, member);
        }
    }

    private void LinkRelocated(ListedFiles files, CancellationToken cancellation)
    {
        if (files.ToRelocate.Count > 0)
        {
            foreach (var member in Relocated.Link(files.Job, files.Path, files.ToRelocate, cancellation))
            {
                Copy(files, member);
            }
        }
    }

    /// <summary>Clones a file that was just checked, or copies it.</summary>
    private void Copy(ListedFiles files, CachedMember member)
    {
        using var file = Open(files, member.Path);
        if (!_writer.TryBegin(member.Place, member.IsExecutable))
        {
            output.AddConflict(member.Place);
            return;
        }

        if (use.Mode == LinkMode.Reflink && member.Size > 0)
        {
            var error = _writer.Clone((int)file.DangerousGetHandle());
            if (error == 0)
            {
                _writer.End(member.Time);
                output.Counts.Add(LinkMode.Reflink, 1, member.Size);
                return;
            }

            use.FallBack(WriteFailure.Reason(error));
        }

        for (var offset = 0L; RandomAccess.Read(file, _buffer, offset) is var count and > 0; offset += count)
        {
            _writer.Append(_buffer.AsSpan(0, count));
        }

        _writer.End(member.Time);
        output.Counts.Add(LinkMode.Copy, 1, member.Size);
    }

    /// <summary>Writes a file that each prefix has its own form of.</summary>
    private static void WriteOwn(ListedFiles files)
    {
        var entry = files.Listing.TreatedEntry(files.Member);
        if (files.Package.PlaceOf(entry.Path) is not { } place)
        {
            return;
        }

        if (entry.Placeholder is not null && entry.Size > PackageWriter.MaxInMemory)
        {
            var path = Path.Join(files.Path, entry.Path);
            using var raw = FileByteSource.Open(path, out _) ?? throw new CacheDamageException(path, files.Tag);
            files.Package.WriteOwn(entry, place, raw);
            return;
        }

        using var file = Open(files, entry.Path);
        var content = new byte[entry.Size];
        for (var offset = 0; offset < content.Length && RandomAccess.Read(file, content.AsSpan(offset), offset) is var count and > 0;)
        {
            offset += count;
        }

        files.Package.WriteOwn(entry, place, content);
    }

    private static SafeFileHandle Open(ListedFiles files, string member)
    {
        var path = Path.Join(files.Path, member);
        return BoundedFile.Open(path, out _) ?? throw new CacheDamageException(path, files.Tag);
    }

    private static void Close(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = Libc.Close(descriptor);
        }
    }

    /// <summary>The files that a list names, and how far they have come into the tree.</summary>
    private sealed class ListedFiles(UnpackedCache cache, PackageRestore job, PackageWriter package, ListingReader listing, string? tag)
    {
        private readonly string _root = cache.FolderOf(job.Package.Bundle, tag);

        public PackageRestore Job => job;

        public PackageWriter Package => package;

        public ListingReader Listing => listing;

        /// <summary>Where they lie in the cache.</summary>
        public string Path { get; } = System.IO.Path.Join(cache.FolderOf(job.Package.Bundle, tag), UnpackedCache.Files);

        /// <summary>The folder of the cache behind the bundle's digits, where they are bytecode.</summary>
        public string? Tag => tag;

        public CachedTimes Times { get; } = CachedTimes.Read(cache.FolderOf(job.Package.Bundle, tag), listing.Digest);

        /// <summary>Those that are relocated when all others are there.</summary>
        public List<CachedMember> ToRelocate { get; } = [];

        /// <summary>Which file of the list is the last.</summary>
        public int Index { get; set; } = -1;

        /// <summary>Its folder in the bundle.</summary>
        public string Folder { get; private set; } = string.Empty;

        /// <summary>Where the folder goes, if that tells where its files go.</summary>
        public string? Place { get; private set; }

        /// <summary>Whether a file of the folder gets other bytes later.</summary>
        public bool HasChanged { get; private set; }

        public long Linked { get; set; }

        public long LinkedBytes { get; set; }

        /// <summary>The path of the last file in the bundle.</summary>
        public string Member => Folder.Length == 0 ? listing.Name : $"{Folder}/{listing.Name}";

        /// <summary>Goes to the folder that the list is at.</summary>
        public void Enter(PlannedRelocations relocations)
        {
            Folder = listing.Name;
            Place = package.AreByFolder ? package.PlaceOf(Folder) : null;
            HasChanged = Place is not null && relocations.ChangedFolders.Contains(Place);
        }

        public CachedMember MemberAt(string place) => new(Member, place, listing.IsExecutable, listing.Size, listing.Time);

        public CacheDamageException Damage() => new(System.IO.Path.Join(Path, Member), tag);

        public void SaveTimes() => Times.Save(_root);
    }
}

/// <summary>A file of the cache is not what its list says.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="tag">The tag, where it is of a bundle's bytecode.</param>
internal sealed class CacheDamageException(string path, string? tag) : Exception($"{path} is damaged")
{
    public string Path { get; } = path;

    public string? Tag { get; } = tag;
}
