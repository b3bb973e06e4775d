using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Installation;
using Firn.Storage.Bundles;

namespace Firn.Captures.Verification;

/// <summary>Reads files on all cores and compares them with what is recorded of them.</summary>
internal sealed class FileVerifier(IReadOnlyList<ExpectedFile> files)
{
    private const int BufferLength = 256 * 1024;
    private const int MostThreads = 16;

    private readonly FileDifference?[] _found = new FileDifference?[files.Count];
    private int _next = -1;
    private long _bytes;

    /// <summary>Bytes read so far; another thread may look at it.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Reads all of them.</summary>
    /// <returns>Those that differ, in the order of the files.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public List<FileDifference> Run(CancellationToken cancellation)
    {
        WorkerThreads.Run(files.Count, MostThreads, "firn verify", Work, cancellation);
        var differences = new List<FileDifference>();
        foreach (var found in _found)
        {
            if (found is not null)
            {
                differences.Add(found);
            }
        }

        return differences;
    }

    private void Work(CancellationToken stop)
    {
        var buffer = new byte[BufferLength];
        using var hasher = new Sha256Hasher();
        while (!stop.IsCancellationRequested
            && Interlocked.Increment(ref _next) is var index && index < files.Count)
        {
            _found[index] = Check(files[index], hasher, buffer);
        }
    }

    private FileDifference? Check(ExpectedFile file, Sha256Hasher hasher, byte[] buffer)
    {
        if (!FileStatReader.TryRead(file.Path, out var stat))
        {
            return file.MayBeMissing ? null : Difference(file, FileState.Missing, null);
        }

        if (stat.IsLink && file.LinkTarget is not null)
        {
            var target = RealPath.LinkTarget(file.Path);
            // An archive has another text for a link that leads to the same by way of another place.
            var expected = Path.Join(Path.GetDirectoryName(file.Path), file.LinkTarget);
            return target == file.LinkTarget || (!file.LinkTarget.StartsWith('/') && RealPath.Of(file.Path) == RealPath.Of(expected))
                ? null
                : Difference(file, FileState.Edited, target);
        }

        if (file.LinkTarget is not null || stat.IsDirectory)
        {
            return Difference(file, FileState.Edited, stat.IsDirectory ? "a folder" : "a file");
        }

        // A link in place of a file is fine where it leads to the bytes: a tool has merged equal files.
        return Compare(file, stat.IsLink ? RealPath.Of(file.Path) : file.Path, hasher, buffer);
    }

    private FileDifference? Compare(ExpectedFile file, string path, Sha256Hasher hasher, byte[] buffer)
    {
        if (file.RecordHash.Length == 0 && file.Digest is null && file.Archived is null)
        {
            return null;
        }

        if (DigestOf(path, hasher, buffer, out var size) is not { } digest)
        {
            return Difference(file, FileState.Unreadable, null);
        }

        var isRight = IsRecorded(file, digest, size)
            || digest == file.Allowed
            || file.Others.Contains(digest)
            || digest == file.Archived?.Digest
            || (file.Archived is { PrefixOffsets.IsEmpty: false } archived && HoldsPrefix(path, archived, file.Prefix));
        return isRight ? null : Difference(file, FileState.Edited, digest.ToString());
    }

    private static bool IsRecorded(ExpectedFile file, Sha256Digest digest, long size)
    {
        if (file.Digest is { } recorded)
        {
            return digest == recorded;
        }

        return RecordHash.IsComparable(file.RecordHash)
            ? RecordHash.Matches(file.RecordHash, digest) && (file.Size < 0 || file.Size == size)
            : file.RecordHash.Length > 0 && (file.Size < 0 || file.Size == size);
    }

    private Sha256Digest? DigestOf(string path, Sha256Hasher hasher, byte[] buffer, out long size)
    {
        size = 0;
        try
        {
            using var file = PlainFile.Open(path);
            while (file.Read(buffer) is var count and > 0)
            {
                hasher.Append(buffer.AsSpan(0, count));
                size += count;
            }

            Interlocked.Add(ref _bytes, size);
            return hasher.Finish();
        }
        catch (FirnException)
        {
            _ = hasher.Finish();
            return null;
        }
    }

    /// <summary>Whether the file is the archived one with the prefix in place of each token.</summary>
    private static bool HoldsPrefix(string path, BundleIndexEntry archived, string prefix)
    {
        const int Most = 256 * 1024 * 1024;
        var content = BoundedFile.Read(path, Most);
        var name = Encoding.UTF8.GetBytes(prefix);
        var token = Encoding.UTF8.GetBytes(BundleFormat.PrefixToken);
        if (!content.IsComplete
            || content.Bytes.Length != archived.Size + ((long)archived.PrefixOffsets.Length * (name.Length - token.Length)))
        {
            return false;
        }

        using var hasher = new Sha256Hasher();
        var bytes = content.Bytes;
        var at = 0;
        var before = 0L;
        foreach (var offset in archived.PrefixOffsets)
        {
            var plain = (int)(offset - before);
            if (plain < 0 || plain > bytes.Length - at || !bytes[(at + plain)..].StartsWith(name))
            {
                return false;
            }

            hasher.Append(bytes.Slice(at, plain));
            hasher.Append(token);
            at += plain + name.Length;
            before = offset + token.Length;
        }

        hasher.Append(bytes[at..]);
        return hasher.Finish() == archived.Digest;
    }

    private static FileDifference Difference(ExpectedFile file, FileState state, string? observed) =>
        new(file.Path, file.Owner, state, file.Recorded, observed);
}
