using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Linking;
using Firn.Restore.Planning;
using Firn.Restore.Results;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Microsoft.Win32.SafeHandles;

namespace Firn.Restore.Caching;

/// <summary>
/// Brings one package from the cache into a tree: each file is checked against the list, then linked or cloned; those that
/// differ in each prefix are written.
/// </summary>
internal sealed unsafe class CacheLinker(
    PackageJob job,
    PackageWriter package,
    CacheUse use,
    IReadOnlySet<string> copied,
    TreeFolders folders,
    TreeWriter writer,
    UnpackOutput output)
{
    private readonly Utf8Path _utf8 = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string? _tag;
    private string _files = string.Empty;
    private string _folder = string.Empty;
    private string? _place;
    private bool _hasCopiedBelow;
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
        _files = Path.Join(folder, UnpackedCache.Files);
        var source = -1;
        try
        {
            fixed (byte* bytes = listing.Bytes)
            {
                for (var item = listing.Next(); item != ListingItem.End; item = listing.Next())
                {
                    if (item == ListingItem.Folder)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        Close(source);
                        source = Enter(listing.Name);
                    }
                    else
                    {
                        Take(item, listing, source, bytes + listing.NameStart);
                    }
                }
            }
        }
        finally
        {
            Close(source);
            output.Counts.Add(use.Mode == LinkMode.Reflink ? LinkMode.Reflink : LinkMode.HardLink, _linked, _bytes);
            _linked = 0;
            _bytes = 0;
        }
    }

    private void Take(ListingItem item, ListingReader listing, int source, byte* name)
    {
        switch (item)
        {
            case ListingItem.File:
                Check(listing, source, name);
                TakeFile(listing, source, name);
                break;
            case ListingItem.Treated:
                Check(listing, source, name);
                WriteTreated(listing);
                break;
            case ListingItem.EmptyFolder when package.Paths.Of(listing.Name) is { } place:
                folders.Make(place);
                break;
            case ListingItem.Link when package.Paths.Of(listing.Name) is { } place:
                var entry = new Storage.Bundles.BundleEntry
                {
                    Path = listing.Name,
                    Kind = Storage.Bundles.BundleMemberKind.Link,
                    LinkTarget = listing.Target,
                };
                output.AddLink(BundleLinks.Checked(job, entry, place));
                break;
        }
    }

    private int Enter(string folder)
    {
        _folder = folder;
        _place = package.Paths.AreByFolder ? package.Paths.Of(folder) : null;
        _hasCopiedBelow = false;
        foreach (var path in copied)
        {
            _hasCopiedBelow |= _place is null || path.StartsWith(_place, StringComparison.Ordinal);
        }

        int descriptor;
        fixed (byte* bytes = _utf8.Set(Path.Join(_files, folder)))
        {
            descriptor = FolderCalls.Open(FolderCalls.Current, bytes, FolderCalls.OpenFolder);
        }

        return descriptor >= 0 ? descriptor : throw new CacheDamageException(Path.Join(_files, folder), _tag);
    }

    /// <summary>The file is the one that was unpacked: what was changed through another link is found by its time or size.</summary>
    private void Check(ListingReader listing, int source, byte* name)
    {
        if (!FileStatReader.TryReadAt(source, name, out var stat) || !stat.IsRegularFile
            || stat.Size != listing.Size || stat.Inode != listing.Inode
            || stat.ModifiedSeconds != listing.Time || stat.ModifiedNanoseconds != 0)
        {
            throw new CacheDamageException(Path.Join(_files, Member(listing)), _tag);
        }
    }

    private void TakeFile(ListingReader listing, int source, byte* name)
    {
        string? place = null;
        if (_place is null || _hasCopiedBelow || _tag is not null || use.Mode != LinkMode.HardLink)
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
                package.NoteContent(place, DigestOf(listing), listing.Size);
            }
        }

        if (use.Mode != LinkMode.HardLink || (place is not null && copied.Contains(place)))
        {
            Copy(listing, place!);
            return;
        }

        var folder = _place ?? place![..Math.Max(place!.LastIndexOf('/'), 0)];
        var error = writer.Link(source, name, folder);
        if (error == 0)
        {
            _linked++;
            _bytes += listing.Size;
        }
        else if (error == FolderCalls.Exists)
        {
            output.AddConflict(place ?? package.Paths.Of(Member(listing))!);
        }
        else if (IsRefused(error))
        {
            use.FallBack(WriteFailure.Reason(error));
            Copy(listing, place ?? package.Paths.Of(Member(listing))!);
        }
        else
        {
            throw folders.Failure(Path.Join(folder, listing.Name), error);
        }
    }

    /// <summary>EXDEV, EPERM, EMLINK, and file systems without links.</summary>
    private static bool IsRefused(int error) =>
        error is FolderCalls.CrossDevice or 1 or 31 || error == (OperatingSystem.IsMacOS() ? 102 : 95)
        || error == (OperatingSystem.IsMacOS() ? 78 : 38);

    /// <summary>Clones the file, or copies it.</summary>
    private void Copy(ListingReader listing, string place)
    {
        using var file = OpenFile(listing);
        if (!writer.TryBegin(place, listing.IsExecutable))
        {
            output.AddConflict(place);
            return;
        }

        if (use.Mode == LinkMode.Reflink && listing.Size > 0)
        {
            var error = writer.Clone((int)file.DangerousGetHandle());
            if (error == 0)
            {
                writer.End(listing.Time);
                _linked++;
                _bytes += listing.Size;
                return;
            }

            use.FallBack(WriteFailure.Reason(error));
        }

        for (var offset = 0L; RandomAccess.Read(file, _buffer, offset) is var count and > 0; offset += count)
        {
            writer.Append(_buffer.AsSpan(0, count));
        }

        writer.End(listing.Time);
        output.Counts.Add(LinkMode.Copy, 1, listing.Size);
    }

    private Sha256Digest DigestOf(ListingReader listing)
    {
        using var hasher = new Sha256Hasher();
        using var file = OpenFile(listing);
        for (var offset = 0L; RandomAccess.Read(file, _buffer, offset) is var count and > 0; offset += count)
        {
            hasher.Append(_buffer.AsSpan(0, count));
        }

        return hasher.Finish();
    }

    private void WriteTreated(ListingReader listing)
    {
        var member = Member(listing);
        var entry = listing.TreatedEntry(member);
        if (package.Paths.Of(member) is not { } place)
        {
            return;
        }

        if (entry.Placeholder is not null && listing.Size > BundleUnpacker.MostInMemory)
        {
            var path = Path.Join(_files, member);
            using var raw = FileByteSource.Open(path, out _) ?? throw new CacheDamageException(path, _tag);
            package.WriteLarge(place, entry, raw);
            return;
        }

        using var file = OpenFile(listing);
        var content = new byte[listing.Size];
        for (var offset = 0; offset < content.Length && RandomAccess.Read(file, content.AsSpan(offset), offset) is var count and > 0;)
        {
            offset += count;
        }

        var treatment = package.TreatmentOf(member, entry.PrefixOffsets, entry.Placeholder);
        treatment = treatment == MemberTreatment.Plain && package.MayBeScript(member) ? MemberTreatment.Script : treatment;
        package.WriteTreated(member, place, treatment, entry, content);
    }

    private SafeFileHandle OpenFile(ListingReader listing)
    {
        var path = Path.Join(_files, Member(listing));
        return BoundedFile.Open(path, out _) ?? throw new CacheDamageException(path, _tag);
    }

    private string Member(ListingReader listing) => _folder.Length == 0 ? listing.Name : $"{_folder}/{listing.Name}";

    private static void Close(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = FolderCalls.Close(descriptor);
        }
    }
}
