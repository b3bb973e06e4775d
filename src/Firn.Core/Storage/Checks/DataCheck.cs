using Firn.Common;
using Firn.Common.Compression;
using Firn.Common.Files;
using Firn.Storage.Bundles;
using Firn.Storage.Contents;
using Firn.Storage.Layout;

namespace Firn.Storage.Checks;

/// <summary>Reads every byte of the objects and bundles of a store, on plain threads.</summary>
/// <param name="store">The store's folder.</param>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="options">How many threads, and who is told.</param>
internal sealed class DataCheck(string store, FindingList findings, CheckOptions options)
{
    private const int BufferLength = 1024 * 1024;

    private readonly BundleFiles _bundles = new(store);

    /// <summary>Reads all of it.</summary>
    public void Check(StoreContents contents, CancellationToken cancellation)
    {
        var work = new List<(ContentFile? File, BundleContents? Bundle, long Size)>();
        foreach (var bundle in contents.Bundles.Values)
        {
            work.Add((null, bundle, (bundle.Archive?.Stat.Size ?? 0) + (bundle.Index?.Stat.Size ?? 0)));
        }

        long bytes = 0;
        foreach (var file in contents.Files.Values)
        {
            work.Add((file, null, file.Stat.Size));
        }

        // The largest first, so that no thread starts it when the others are done.
        work.Sort(static (left, right) => right.Size.CompareTo(left.Size));
        work.ForEach(item => bytes += item.Size);
        options.Progress.Expect(work.Count, bytes);
        using var step = options.Begin?.Invoke(options.Progress);
        var most = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        WorkerThreads.OnCores(work.Count, most, "store check", items => ReadAll(work, items), cancellation);
    }

    private void ReadAll(List<(ContentFile? File, BundleContents? Bundle, long Size)> work, WorkItems items)
    {
        var buffer = new byte[BufferLength];
        while (items.TryTake(out var next))
        {
            var (file, bundle, size) = work[next];
            if (file is not null)
            {
                ReadObject(file, buffer, items.Stop);
            }
            else
            {
                ReadBundle(bundle!, items.Stop);
            }

            options.Progress.FinishFile(size);
        }
    }

    private void ReadObject(ContentFile file, byte[] buffer, CancellationToken cancellation)
    {
        var hex = Path.GetFileName(file.Path);
        using var handle = BoundedFile.Open(Path.Join(store, file.Path), out var status);
        if (handle is null)
        {
            // A collection may have removed it.
            if (status != FileReadStatus.Missing)
            {
                findings.Add(new Finding(
                    FindingKinds.Unreadable, file.Place, $"the object cannot be read: {new FileContent(status, [], 0).Reason}")
                { Hex = hex });
            }

            return;
        }

        try
        {
            if (Digest(handle, buffer, cancellation) is var digest && digest.Hex != hex)
            {
                findings.Add(new Finding(
                    FindingKinds.ObjectDamaged, file.Place, $"its bytes have the {digest}, not the one that names it")
                { Hex = hex });
            }
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            findings.Add(new Finding(
                FindingKinds.Unreadable, file.Place, $"the object cannot be read: {exception.Message.TrimEnd('.')}")
            { Hex = hex });
        }
    }

    private static Sha256Digest Digest(
        Microsoft.Win32.SafeHandles.SafeFileHandle handle, byte[] buffer, CancellationToken cancellation)
    {
        using var hasher = new Sha256Hasher();
        for (long offset = 0; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(handle, buffer, offset);
            if (read == 0)
            {
                return hasher.Finish();
            }

            hasher.Append(buffer.AsSpan(0, read));
            offset += read;
        }
    }

    /// <summary>The archive must hold the tar that names it, and the index must be the one that the archive gives.</summary>
    private void ReadBundle(BundleContents bundle, CancellationToken cancellation)
    {
        if (bundle.Archive is not { } archive)
        {
            return;
        }

        var id = Sha256Digest.Parse(bundle.Hex);
        var name = new BundleName(id, bundle.Tag);
        var isZstandard = archive.Path.EndsWith(CompressionFormat.Zstandard.Extension, StringComparison.Ordinal);
        try
        {
            var found = _bundles.Scan(
                name, isZstandard ? CompressionFormat.Zstandard : CompressionFormat.Gzip, BundleFiles.MaxTarLength, cancellation);
            if (bundle.Tag is null && found.Digest != id)
            {
                Damaged(bundle, $"its tar has the {found.Digest}, not the one that names it");
            }
            else if (bundle.Index is not null)
            {
                CompareIndex(bundle, name, found);
            }
        }
        catch (FirnException exception) when (!File.Exists(Path.Join(store, archive.Path)))
        {
            // A collection has removed it meanwhile.
            _ = exception;
        }
        catch (FirnException exception)
        {
            Damaged(bundle, exception.Message);
        }
    }

    private void CompareIndex(BundleContents bundle, BundleName name, BundleIndex found)
    {
        byte[] bytes;
        try
        {
            bytes = _bundles.ReadIndexBytes(name);
        }
        catch (FirnException exception)
        {
            findings.Add(new Finding(FindingKinds.IndexDamaged, bundle.Index!.Place, exception.Message) { Hex = bundle.Hex });
            return;
        }

        if (BundleIndexWriter.Write(found).SequenceEqual(bytes))
        {
            return;
        }

        // Bytecode has no digest in its name: where archive and index differ, one that the index still vouches for is whole.
        if (bundle.Tag is not null && Says(bytes) is { } index
            && (index.CompressedDigest != found.CompressedDigest || index.Digest != found.Digest))
        {
            Damaged(bundle, $"its file has the {found.CompressedDigest}, its index says {index.CompressedDigest}");
            return;
        }

        findings.Add(new Finding(
            FindingKinds.IndexDamaged, bundle.Index!.Place, "the index does not say what is in the bundle")
        { Hex = bundle.Hex });
    }

    private static BundleIndex? Says(byte[] bytes)
    {
        try
        {
            return BundleIndexReader.Read(bytes, withFiles: false);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private void Damaged(BundleContents bundle, string message) => findings.Add(new Finding(
        bundle.Tag is null ? FindingKinds.BundleDamaged : FindingKinds.BytecodeDamaged, bundle.Archive!.Place, message)
    {
        Hex = bundle.Hex,
    });
}

/// <summary>Checks the indexes of bundles and the lengths of their archives, without reading the archives.</summary>
internal sealed class BundleCheck(string store, FindingList findings)
{
    private readonly BundleFiles _bundles = new(store);

    public void Check(BundleContents bundle)
    {
        if (!bundle.IsWhole)
        {
            return;
        }

        var id = Sha256Digest.Parse(bundle.Hex);
        try
        {
            var index = _bundles.ReadIndex(new BundleName(id, bundle.Tag), withFiles: true);
            if (index.CompressedSize != bundle.Archive!.Stat.Size)
            {
                findings.Add(new Finding(
                    bundle.Tag is null ? FindingKinds.BundleDamaged : FindingKinds.BytecodeDamaged,
                    bundle.Archive.Place,
                    $"it has {bundle.Archive.Stat.Size} bytes, its index says {index.CompressedSize}")
                {
                    Hex = bundle.Hex,
                });
            }
        }
        catch (FirnException exception) when (File.Exists(Path.Join(store, bundle.Index!.Path)))
        {
            findings.Add(new Finding(FindingKinds.IndexDamaged, bundle.Index.Place, exception.Message) { Hex = bundle.Hex });
        }
        catch (FirnException)
        {
            // A collection has removed it meanwhile.
        }
    }
}
