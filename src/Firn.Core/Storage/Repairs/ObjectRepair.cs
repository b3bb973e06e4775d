using Firn.Common;
using Firn.Common.Compression;
using Firn.Common.Files;
using Firn.Storage.Bundles;
using Firn.Storage.Checks;
using Firn.Storage.Layout;

namespace Firn.Storage.Repairs;

/// <summary>Mends objects and bundles: flips one bit back, makes indexes anew, and puts aside what is lost.</summary>
internal sealed class ObjectRepair(string store, QuarantineFolder quarantine)
{
    private readonly BundleFiles _bundles = new(store);

    public string RepairObject(Finding finding)
    {
        var content = BoundedFile.Read(Path.Join(store, finding.Path), BitMender.MaxContentLength);
        var bytes = content.IsComplete ? content.Bytes.ToArray() : [];
        if (!Sha256Digest.TryParse(finding.Hex, out var digest) || !BitMender.TryMend(bytes, digest))
        {
            return quarantine.Describe(finding.Path);
        }

        using var staged = StagedFile.Create(store, "object");
        staged.Write(bytes);
        staged.Seal(durably: true);
        staged.MoveTo(Path.Join(store, finding.Path));
        return "flipped the wrong bit back";
    }

    /// <summary>An object in another folder goes where its digest belongs, if it has one.</summary>
    public string RepairMisplaced(Finding finding)
    {
        var from = Path.Join(store, finding.Path);
        var name = Path.GetFileName(finding.Path);
        var kind = finding.Path[..finding.Path.IndexOf('/', StringComparison.Ordinal)];
        var to = $"{kind}/sha256/{name[..2]}/{name}";
        if (StoreTree.HasFile(store, Path.Join(store, to)) || (kind == StoreLayout.Files && !HasDigest(from, name)))
        {
            return quarantine.Describe(finding.Path);
        }

        try
        {
            StoreTree.MakeFolder(store, Path.GetDirectoryName(Path.Join(store, to))!);
            if (!StoreTree.TryTake(store, from, Path.Join(store, to)))
            {
                return quarantine.Describe(finding.Path);
            }

            StoreTree.Delete(store, from);
            return $"moved to its place, {to}";
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(store, to, exception);
        }
    }

    /// <summary>Both files of a damaged bundle: an index alone would say that it is there.</summary>
    public string QuarantineBundle(Finding finding)
    {
        var stem = StemOf(finding.Path);
        quarantine.Take(stem + ".json");
        return quarantine.Describe(finding.Path);
    }

    /// <summary>The archive has all that its index says.</summary>
    public string RebuildIndex(Finding finding)
    {
        var stem = StemOf(finding.Path);
        if (NameOf(stem) is not { } name || Scan(name) is not { } index)
        {
            quarantine.Take(finding.Path);
            return quarantine.Describe(ArchiveOf(stem));
        }

        quarantine.Take(finding.Path);
        using var staged = StagedFile.Create(store, "index");
        staged.Write(BundleIndexWriter.Write(index));
        staged.Seal(durably: true);
        staged.MoveTo(Path.Join(store, stem + ".json"));
        return "made the index anew from the archive";
    }

    /// <summary>An archive without its index is completed; an index without its archive is worth nothing.</summary>
    public string RepairIncomplete(Finding finding) => finding.Path.EndsWith(".json", StringComparison.Ordinal)
        ? quarantine.Describe(finding.Path)
        : RebuildIndex(finding with { Path = StemOf(finding.Path) + ".json" });

    private BundleIndex? Scan(BundleName name)
    {
        foreach (var format in (ReadOnlySpan<CompressionFormat>)[CompressionFormat.Zstandard, CompressionFormat.Gzip])
        {
            if (!StoreTree.HasFile(store, _bundles.ArchiveOf(name, format)))
            {
                continue;
            }

            try
            {
                var index = _bundles.Scan(name, format, BundleFiles.MaxTarLength, CancellationToken.None);
                return name.Tag is not null || index.Digest == name.Id ? index : null;
            }
            catch (FirnException)
            {
                return null;
            }
        }

        return null;
    }

    private string ArchiveOf(string stem) =>
        StoreTree.HasFile(store, Path.Join(store, stem + ".tar.zst")) ? stem + ".tar.zst" : stem + ".tar.gz";

    private static string StemOf(string path)
    {
        foreach (var extension in (ReadOnlySpan<string>)[".tar.zst", ".tar.gz", ".json"])
        {
            if (path.EndsWith(extension, StringComparison.Ordinal))
            {
                return path[..^extension.Length];
            }
        }

        return path;
    }

    private static BundleName? NameOf(string stem)
    {
        var parts = Path.GetFileName(stem).Split('.', 2);
        return Sha256Digest.TryParse(parts[0], out var id) ? new BundleName(id, parts.Length > 1 ? parts[1] : null) : null;
    }

    private static bool HasDigest(string path, string hex)
    {
        using var handle = BoundedFile.Open(path, out _);
        return handle is not null && Sha256Digest.OfFile(handle).Hex == hex;
    }
}

/// <summary>
/// Finds the one bit that was flipped in a small document or object, where that is all that happened to it: a digest
/// says which of all possible originals is the true one.
/// </summary>
internal static class BitMender
{
    /// <summary>Every bit is tried, and each try digests everything: a second or two for the longest.</summary>
    public const int MaxContentLength = 16 * 1024;

    /// <summary>Flips the bit back.</summary>
    /// <param name="content">The damaged bytes; whole again where it returns <see langword="true"/>.</param>
    /// <param name="isWhole">Whether the bytes are the original.</param>
    public static bool TryMend(byte[] content, Func<byte[], bool> isWhole)
    {
        if (content.Length > MaxContentLength)
        {
            return false;
        }

        for (var i = 0; i < content.Length; i++)
        {
            for (var bit = 1; bit < 256; bit <<= 1)
            {
                content[i] ^= (byte)bit;
                if (isWhole(content))
                {
                    return true;
                }

                content[i] ^= (byte)bit;
            }
        }

        return false;
    }

    /// <summary>Mends an object by the digest that names it.</summary>
    public static bool TryMend(byte[] content, Sha256Digest digest) =>
        TryMend(content, bytes => Sha256Digest.Of(bytes) == digest);
}
