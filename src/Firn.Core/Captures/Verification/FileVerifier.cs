using System.Collections.Concurrent;
using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Records;

namespace Firn.Captures.Verification;

/// <summary>Reads files on all cores and compares them with what is recorded of them.</summary>
/// <param name="files">The files.</param>
/// <param name="prefix">The environment.</param>
internal sealed class FileVerifier(IReadOnlyList<RecordedExpectation> files, string prefix)
{
    private const int BufferLength = 256 * 1024;
    private const int MaxThreads = 16;

    private readonly string _realPrefix = RealPath.Of(prefix);
    private readonly ConcurrentDictionary<string, string> _folders = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<(string Path, string Target)> _elsewhere = [];
    private readonly FileDifference?[] _found = new FileDifference?[files.Count];
    private long _bytes;
    private long _count;
    private long _withoutDigest;
    private long _restored;
    private long _links;

    /// <summary>How many files were read and compared.</summary>
    public long Count => _count;

    /// <summary>Files that no record has a SHA-256 of.</summary>
    public long WithoutDigest => _withoutDigest;

    /// <summary>Files that are as a restore says that it left them, and not as recorded.</summary>
    public long Restored => _restored;

    /// <summary>Links of which only that they are there was compared.</summary>
    public long Links => _links;

    /// <summary>Equal files that lie outside of the environment, behind links in it.</summary>
    public IReadOnlyCollection<(string Path, string Target)> Elsewhere => _elsewhere;

    /// <summary>Bytes read so far; another thread may look at it.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Reads all of them.</summary>
    /// <returns>Those that differ, in the order of the files.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public List<FileDifference> Run(CancellationToken cancellation)
    {
        WorkerThreads.OnCores(files.Count, MaxThreads, "firn verify", Work, cancellation);
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

    private void Work(WorkItems items)
    {
        var buffer = new byte[BufferLength];
        using var hasher = new Sha256Hasher();
        while (items.TryTake(out var index))
        {
            _found[index] = Check(files[index], hasher, buffer);
        }
    }

    private FileDifference? Check(RecordedExpectation file, Sha256Hasher hasher, byte[] buffer)
    {
        if (!FileStatReader.TryRead(file.Path, out var stat))
        {
            return Difference(file, FileState.Missing, null);
        }

        if (file.IsLink && stat.IsLink)
        {
            Interlocked.Increment(ref _links);
            return null;
        }

        if (stat.IsDirectory)
        {
            return IsFolder(file) ? null : Difference(file, FileState.Edited, "a folder");
        }

        // A link in place of a file is fine where it leads to the bytes: a tool has merged equal files.
        var difference = Compare(file, stat.IsLink ? RealPath.Of(file.Path) : file.Path, hasher, buffer);
        if (difference is null && RealPath.IsWithin(file.Path, prefix) && RealOf(file.Path, stat.IsLink) is var real && !RealPath.IsWithin(real, _realPrefix))
        {
            _elsewhere.Add((file.Path, real));
        }

        return difference;
    }

    private string RealOf(string path, bool isLink) => isLink
        ? RealPath.Of(path)
        : Path.Join(_folders.GetOrAdd(Path.GetDirectoryName(path)!, RealPath.Of), Path.GetFileName(path));

    /// <summary>Some RECORD files list folders too: with no hash, or with files below.</summary>
    private bool IsFolder(RecordedExpectation file)
    {
        if (file.Digests.IsEmpty && file.Hashes.All(static hash => hash.Length == 0))
        {
            return true;
        }

        foreach (var other in files)
        {
            if (other.Path.Length > file.Path.Length && other.Path[file.Path.Length] == '/'
                && other.Path.StartsWith(file.Path, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private FileDifference? Compare(RecordedExpectation file, string path, Sha256Hasher hasher, byte[] buffer)
    {
        if (file.Digests.IsEmpty && !file.Hashes.Any(RecordHash.IsComparable))
        {
            Interlocked.Increment(ref _withoutDigest);
            return null;
        }

        if (DigestOf(path, hasher, buffer) is not { } digest)
        {
            return Difference(file, FileState.Unreadable, null);
        }

        if (file.Digests.Contains(digest) || file.Hashes.Any(hash => RecordHash.Matches(hash, digest)))
        {
            Interlocked.Increment(ref _count);
            return null;
        }

        if (digest == file.Restored)
        {
            Interlocked.Increment(ref _restored);
            return null;
        }

        Interlocked.Increment(ref _count);
        return Difference(file, FileState.Edited, digest.ToString());
    }

    private Sha256Digest? DigestOf(string path, Sha256Hasher hasher, byte[] buffer)
    {
        var size = 0L;
        try
        {
            using var file = SequentialFile.Open(path);
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

    private static FileDifference Difference(RecordedExpectation file, FileState state, string? observed) =>
        new(file.Path, file.Owner, state, file.Recorded, observed);
}

/// <summary>A file and what the records of an environment say of it.</summary>
internal sealed record RecordedExpectation
{
    /// <summary>Absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Who ships it.</summary>
    public required string Owner { get; init; }

    /// <summary>Whether a record of conda has it.</summary>
    public bool IsOfConda { get; init; }

    /// <summary>
    /// The hashes that RECORD files have of it, each right: of two distributions that list it, or two rows, only one can be
    /// meant, and which one is not recorded.
    /// </summary>
    public ImmutableArray<string> Hashes { get; init; } = [];

    /// <summary>The digests that conda's records have of it, each right.</summary>
    public ImmutableArray<Sha256Digest> Digests { get; init; } = [];

    /// <summary>Whether it is a link that a package ships; the records do not tell where it leads.</summary>
    public bool IsLink { get; init; }

    /// <summary>The digest that <c>firn restore</c> noted when it changed the file: no proof, but no sign of an edit.</summary>
    public Sha256Digest? Restored { get; init; }

    /// <summary>What is recorded, for people.</summary>
    public string? Recorded => Digests.IsEmpty ? Hashes.FirstOrDefault(static hash => hash.Length > 0) : Digests[0].ToString();
}
