using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Installation;
using Firn.Storage.Bundles;

namespace Firn.Captures.Verification;

/// <summary>A bytecode file that Python would run in place of its source.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="Member">Its path in the bundle.</param>
internal sealed record UsedBytecode(string Path, string Member);

/// <summary>
/// Compares bytecode with what was archived for the same sources. Bytes that differ are compared as code: another process
/// writes the same code in other bytes.
/// </summary>
/// <param name="bundles">The store's bundles.</param>
/// <param name="header">The header of that Python's bytecode.</param>
internal sealed class BytecodeComparison(BundleObjects bundles, PycHeader header)
{
    private const int Limit = 256 * 1024 * 1024;
    private readonly Lock _lock = new();
    private readonly List<FileDifference> _differences = [];
    private readonly List<string> _unproven = [];
    private long _count;
    private long _bytes;

    /// <summary>Files that run other code than was archived.</summary>
    public IReadOnlyList<FileDifference> Differences => _differences;

    /// <summary>Files that nothing was archived for.</summary>
    public IReadOnlyList<string> Unproven => _unproven;

    /// <summary>How many were compared.</summary>
    public long Count => _count;

    /// <summary>Their bytes.</summary>
    public long Bytes => _bytes;

    /// <summary>
    /// Takes a file that nothing was archived for. Python writes such files when it imports, with the time of the source in
    /// them; a link, or one with a hash, was put there by somebody.
    /// </summary>
    public void AddUnknown(string path, string owner)
    {
        Span<byte> start = stackalloc byte[PycHeader.MaxBytes];
        var isLink = FileStatReader.TryRead(path, out var stat) && !stat.IsRegularFile;
        using var file = isLink ? null : BoundedFile.Open(path, out _);
        if (file is null || header.IsHashed(start[..RandomAccess.Read(file, start, 0)]))
        {
            lock (_lock)
            {
                _differences.Add(new FileDifference(path, owner, FileState.Added, null, null));
            }

            return;
        }

        AddUnproven(path);
    }

    /// <summary>Takes a file that cannot be proven to be other code or the same.</summary>
    public void AddUnproven(string path)
    {
        lock (_lock)
        {
            _unproven.Add(path);
        }
    }

    /// <summary>The files that are other code than the store has for the same sources; what it has nothing of is none.</summary>
    /// <param name="bundle">The bundle of the sources.</param>
    /// <param name="tag">The interpreter's cache tag.</param>
    /// <param name="files">The files.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IReadOnlyList<string> OtherThanStored(Sha256Digest bundle, string tag, List<UsedBytecode> files, CancellationToken cancellation)
    {
        try
        {
            using var reader = bundles.OpenBytecode(bundle, tag);
            Compare(reader, string.Empty, files, cancellation);
        }
        catch (FirnException)
        {
            // `firn store check` names the damage.
        }

        return [.. _differences.Where(static file => file is { State: FileState.Edited, Recorded: not null }).Select(static file => file.Path)];
    }

    /// <summary>Compares files with the members of a bundle that have their names; those that it lacks are unknown.</summary>
    /// <param name="reader">The bundle, from its start.</param>
    /// <param name="owner">The package.</param>
    /// <param name="files">The files.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public void Compare(BundleReader reader, string owner, List<UsedBytecode> files, CancellationToken cancellation)
    {
        var wanted = new Dictionary<string, UsedBytecode>(files.Count, StringComparer.Ordinal);
        files.ForEach(file => wanted[file.Member] = file);
        var found = new List<FileDifference>();
        var unproven = new List<string>();
        long count = 0, bytes = 0;
        while (reader.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!wanted.Remove(reader.Current.Path, out var file) || reader.Current.Size > Limit)
            {
                continue;
            }

            var archived = new byte[reader.Current.Size];
            for (var length = 0; length < archived.Length;)
            {
                length += reader.Read(archived.AsSpan(length));
            }

            var content = BoundedFile.Read(file.Path, Limit);
            count++;
            bytes += content.Bytes.Length;
            if (!content.IsComplete)
            {
                found.Add(new FileDifference(file.Path, owner, FileState.Unreadable, null, null));
            }
            else if (IsSame(archived, content.Bytes) is not { } isSame)
            {
                unproven.Add(file.Path);
            }
            else if (!isSame)
            {
                found.Add(new FileDifference(
                    file.Path, owner, FileState.Edited, Sha256Digest.Of(archived).ToString(), Sha256Digest.Of(content.Bytes).ToString()));
            }
        }

        // What was read counts only now: the reader has compared the bundle's digest.
        lock (_lock)
        {
            _differences.AddRange(found);
            _unproven.AddRange(unproven);
            _count += count;
            _bytes += bytes;
        }

        foreach (var file in wanted.Values)
        {
            AddUnknown(file.Path, owner);
        }
    }

    /// <summary>Whether both are the same code; <see langword="null"/> where that cannot be told.</summary>
    private bool? IsSame(ReadOnlySpan<byte> archived, ReadOnlySpan<byte> observed)
    {
        if (archived.Length > header.Length && observed.Length > header.Length
            && archived[..4].SequenceEqual(observed[..4]) && archived[header.Length..].SequenceEqual(observed[header.Length..]))
        {
            return true;
        }

        return MarshalledCode.DigestOf(archived, header.Length) is { } code
            ? MarshalledCode.DigestOf(observed, header.Length) == code
            : null;
    }
}
