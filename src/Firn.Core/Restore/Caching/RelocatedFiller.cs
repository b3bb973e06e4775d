using Firn.Common;
using Firn.Common.Files;
using Firn.Host;
using Firn.Restore.Writing;
using Microsoft.Win32.SafeHandles;
using Firn.Restore.Unpacking;

namespace Firn.Restore.Caching;

/// <summary>Makes relocated copies of a bundle's compiled files in the cache, and takes the digest of each before and after.</summary>
/// <param name="moves">The folders that were moved.</param>
/// <param name="tag">What the copies are known by, for messages of damage.</param>
internal sealed class RelocatedFiller(IReadOnlyList<RunPathMove> moves, string tag)
{
    private readonly ElfRunPathEditor _editor = new();
    private readonly byte[] _buffer = new byte[256 * 1024];

    /// <summary>Fills a folder of the cache.</summary>
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
            member.Path, new RelocatedMember(member.Place, stat.Size, stat.ModifiedSeconds, stat.Inode, published, digest));
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
