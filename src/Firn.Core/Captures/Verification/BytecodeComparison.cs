using Firn.Captures.Archives;
using Firn.Captures.Archives.Making;
using Firn.Captures.Archives.Planning;
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
/// <param name="headerLength">The length of the header of that Python's bytecode.</param>
internal sealed class BytecodeComparison(BundleObjects bundles, int headerLength)
{
    private const int Limit = 256 * 1024 * 1024;
    private const int MostThreads = 16;
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

    /// <summary>Compares all bytecode of an environment that Python would run.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="bundles">The store's bundles.</param>
    /// <param name="observed">The environment.</param>
    /// <param name="trees">Its trees.</param>
    /// <param name="shipped">Bytecode that packages ship, and that differs in its bytes.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static BytecodeComparison Compare(
        ArchiveDocument archive,
        BundleObjects bundles,
        Capture observed,
        IReadOnlyList<PlannedTree> trees,
        IReadOnlyDictionary<ArchivedPackage, List<UsedBytecode>> shipped,
        CancellationToken cancellation)
    {
        var hasFlags = observed.Environment is { Major: > 3 } or { Major: 3, Minor: >= 7 };
        var comparison = new BytecodeComparison(bundles, new BytecodeHeader(hasFlags).Length);
        var packages = new Dictionary<string, ArchivedPackage>(StringComparer.Ordinal);
        foreach (var package in archive.Trees.SelectMany(static tree => tree.Packages))
        {
            packages.TryAdd($"{package.Kind}/{package.Name}", package);
        }

        var work = new List<(PlannedTree Tree, PlannedBundle Bundle)>();
        foreach (var tree in trees)
        {
            foreach (var bundle in tree.Bundles)
            {
                if (bundle.Bytecode.Count > 0)
                {
                    work.Add((tree, bundle));
                }
            }

            ObservedMember.AddUnprovable(tree, hasFlags, comparison);
        }

        var next = -1;
        WorkerThreads.Run(work.Count, MostThreads, "firn verify", stop =>
        {
            while (Interlocked.Increment(ref next) is var index && index < work.Count)
            {
                var (tree, bundle) = work[index];
                var used = new BytecodeComposer(bundle, tree.CacheTag, hasFlags).Pairs(stop)
                    .ConvertAll(pair => new UsedBytecode(bundle.Tree.PathOf(pair.File), pair.Member.Path));
                comparison.CompareCompiled(
                    packages.GetValueOrDefault($"{bundle.Kind}/{bundle.Name}"), tree.CacheTag, used, stop);
            }
        }, cancellation);
        foreach (var (package, files) in shipped)
        {
            comparison.CompareShipped(package, files, cancellation);
        }

        return comparison;
    }

    /// <summary>
    /// Takes a file that nothing was archived for. Python writes such files when it imports, with the time of the source in
    /// them; a link, or one with a hash, was put there by somebody.
    /// </summary>
    public void AddUnknown(string path, string owner)
    {
        Span<byte> header = stackalloc byte[BytecodeHeader.MostBytes];
        var isLink = FileStatReader.TryRead(path, out var stat) && !stat.IsRegularFile;
        using var file = isLink ? null : BoundedFile.Open(path, out _);
        if (file is null || new BytecodeHeader(headerLength == BytecodeHeader.MostBytes).IsHashed(header[..RandomAccess.Read(file, header, 0)]))
        {
            lock (_lock)
            {
                _differences.Add(new FileDifference(path, owner, FileState.Added, null, null));
            }

            return;
        }

        AddUnproven(path);
    }

    private void AddUnproven(string path)
    {
        lock (_lock)
        {
            _unproven.Add(path);
        }
    }

    /// <summary>Compares the bytecode of one package with its bytecode bundle, where the archive vouches for that.</summary>
    public void CompareCompiled(ArchivedPackage? package, string tag, List<UsedBytecode> files, CancellationToken cancellation)
    {
        if (files.Count == 0)
        {
            return;
        }

        try
        {
            if (package?.Bytecode is { } meant && bundles.ContainsBytecode(package.Bundle, tag)
                && bundles.BytecodeDigest(package.Bundle, tag) == meant)
            {
                using var reader = bundles.OpenBytecode(package.Bundle, tag);
                Compare(reader, package.Name, files, cancellation);
                return;
            }
        }
        catch (FirnException)
        {
            // Damaged, it proves nothing; `firn store check` names the damage.
        }

        // What an older firn archived, or the store has lost, may be anything.
        files.ForEach(file =>
        {
            if (package is { HasBytecode: true })
            {
                AddUnproven(file.Path);
            }
            else
            {
                AddUnknown(file.Path, package?.Name ?? "files");
            }
        });
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

    /// <summary>Compares bytecode that a package ships as its own files.</summary>
    public void CompareShipped(ArchivedPackage package, List<UsedBytecode> files, CancellationToken cancellation)
    {
        try
        {
            using var reader = bundles.Open(package.Bundle);
            Compare(reader, package.Name, files, cancellation);
        }
        catch (FirnException)
        {
            files.ForEach(file => AddUnproven(file.Path));
        }
    }

    private void Compare(BundleReader reader, string owner, List<UsedBytecode> files, CancellationToken cancellation)
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
        if (archived.Length > headerLength && observed.Length > headerLength
            && archived[..4].SequenceEqual(observed[..4]) && archived[headerLength..].SequenceEqual(observed[headerLength..]))
        {
            return true;
        }

        return MarshalledCode.DigestOf(archived, headerLength) is { } code
            ? MarshalledCode.DigestOf(observed, headerLength) == code
            : null;
    }
}
