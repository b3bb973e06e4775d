using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Compression;

namespace Firn.Storage.Bundles;

/// <summary>
/// Writes bundles into a store. A small one is made in memory first, so that one that is there already is never
/// compressed; a large one is read, digested, compressed and written in one pass.
/// </summary>
internal sealed class BundleWriter(string store, BundleFiles files, CompressionFormat format)
{
    private const int MemoryLimit = 8 << 20;
    private const int StreamBufferLength = 1 << 20;

    /// <summary>From this size on, Zstandard's own threads are worth their start. Their number has no part in the bytes; whether there are any has.</summary>
    private const long ThreadedSize = 64 << 20;
    private readonly BufferPool _buffers = new(MemoryLimit);
    private readonly BundlePlacement _placement = new(store, files, format);

    /// <param name="layout">What to write.</param>
    /// <param name="fixedName">The name of bytecode; <see langword="null"/> where the tar's digest gives the name.</param>
    /// <param name="options">How to write it.</param>
    /// <param name="cancellation">Ends the work.</param>
    public StoredBundle Add(
        BundleLayout layout,
        BundleName? fixedName,
        BundleAddOptions options,
        CancellationToken cancellation) => layout.Size <= MemoryLimit
            ? AddFromMemory(layout, fixedName, options, cancellation)
            : AddInOnePass(layout, fixedName, options, cancellation);

    private StoredBundle AddFromMemory(
        BundleLayout layout,
        BundleName? fixedName,
        BundleAddOptions options,
        CancellationToken cancellation)
    {
        var buffer = _buffers.Rent();
        try
        {
            var output = new OutputBuffer(buffer, target: null);
            var digests = BundleTarWriter.Write(layout, output, fixedName is null, cancellation);
            var tar = output.Pending;
            var name = fixedName ?? new BundleName(Sha256Digest.Of(tar));
            if (files.Find(name) is { } archive)
            {
                return Found(layout, digests, name, archive);
            }

            using var pending = new StagedBundleFile(store);
            using (var compressor = format.Compress(pending, SettingsOf(layout, fixedName is null ? options.Level : options.BytecodeLevel)))
            {
                compressor.Write(tar);
                compressor.Finish();
            }

            return Place(layout, digests, name, pending, cancellation);
        }
        finally
        {
            _buffers.Return(buffer);
        }
    }

    private StoredBundle AddInOnePass(
        BundleLayout layout,
        BundleName? fixedName,
        BundleAddOptions options,
        CancellationToken cancellation)
    {
        using var pending = new StagedBundleFile(store);
        using var compressor = format.Compress(pending, SettingsOf(layout, fixedName is null ? options.Level : options.BytecodeLevel));
        using var tar = fixedName is null ? new DigestingSink(compressor) : null;
        IByteSink target = tar is null ? compressor : tar;
        var output = new OutputBuffer(new byte[StreamBufferLength], target);
        var digests = BundleTarWriter.Write(layout, output, fixedName is null, cancellation);
        output.Flush();
        compressor.Finish();
        var name = fixedName ?? new BundleName(tar!.Finish());
        return files.Find(name) is { } archive
            ? Found(layout, digests, name, archive)
            : Place(layout, digests, name, pending, cancellation);
    }

    private static CompressionSettings SettingsOf(BundleLayout layout, int level) => new()
    {
        Level = level,
        Length = layout.Size,
        Workers = layout.Size > ThreadedSize ? Environment.ProcessorCount : 0,
    };

    private StoredBundle Found(
        BundleLayout layout, Sha256Digest?[] digests, BundleName name, string archive) => new()
        {
            Digest = name.Id,
            Size = layout.Size,
            CompressedSize = new FileInfo(archive).Length,
            WasThere = true,
            IsFresh = files.TryRefresh(name),
            FileDigests = digests,
            SortedMembers = layout.Members,
        };

    private StoredBundle Place(
        BundleLayout layout,
        Sha256Digest?[] digests,
        BundleName name,
        StagedBundleFile pending,
        CancellationToken cancellation)
    {
        var index = new BundleIndex
        {
            Digest = name.HasDigests ? name.Id : null,
            Size = layout.Size,
            Compression = format.Name,
            CompressedDigest = pending.Complete(),
            CompressedSize = pending.Length,
            Files = EntriesOf(layout, digests),
        };
        using var indexFile = new StagedBundleFile(store);
        var wasFirst = _placement.Place(name, index, pending, indexFile, cancellation);
        return new StoredBundle
        {
            Digest = name.Id,
            Size = layout.Size,
            CompressedSize = index.CompressedSize,
            WasThere = !wasFirst,
            IsFresh = true,
            FileDigests = digests,
            SortedMembers = layout.Members,
        };
    }

    private static BundleEntry[] EntriesOf(BundleLayout layout, Sha256Digest?[] digests)
    {
        var entries = new BundleEntry[digests.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            var member = layout.Members[i];
            entries[i] = new BundleEntry
            {
                Path = member.Path,
                IsExecutable = layout.Entries[i].IsExecutable,
                LinkTarget = layout.Entries[i].LinkTarget,
                Kind = member.Kind,
                Digest = digests[i],
                Size = layout.Entries[i].Size,
                PrefixOffsets = member.PrefixOffsets,
                Placeholder = member.Placeholder,
            };
        }

        return entries;
    }
}

/// <summary>Arrays of one length that several threads use in turns; there are never more than threads that work at once.</summary>
internal sealed class BufferPool(int length)
{
    private readonly Stack<byte[]> _free = new();
    private readonly Lock _gate = new();

    public byte[] Rent()
    {
        lock (_gate)
        {
            if (_free.Count > 0)
            {
                return _free.Pop();
            }
        }

        return GC.AllocateUninitializedArray<byte>(length);
    }

    public void Return(byte[] buffer)
    {
        lock (_gate)
        {
            _free.Push(buffer);
        }
    }
}

/// <summary>Computes the digest of what is written through it.</summary>
internal sealed class DigestingSink(IByteSink target) : IByteSink, IDisposable
{
    private readonly Sha256Hasher _hasher = new();

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hasher.Append(bytes);
        target.Write(bytes);
    }

    /// <summary>The digest of all that was written.</summary>
    public Sha256Digest Finish() => _hasher.Finish();

    public void Dispose() => _hasher.Dispose();
}
