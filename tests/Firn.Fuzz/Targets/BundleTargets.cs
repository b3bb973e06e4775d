using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Compression;
using Firn.Common.Tar;
using Firn.Storage.Bundles;

namespace Firn.Fuzz.Targets;

/// <summary>Bundles and their indexes, which a store may have from anybody.</summary>
internal static class BundleTargets
{
    private const long MaxTarLength = 64 << 20;

    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        var (tar, compressed, index) = Compose(scratch);
        var name = new BundleName(Sha256Digest.Of(tar));
        yield return new FuzzTarget
        {
            Name = "bundle-tar",
            Seeds = [new FuzzSeed("bundle.tar", tar)],
            Run = input =>
            {
                using var stream = new MemoryStream(input, writable: false);
                var reader = new TarReader(stream, new byte[4096]);
                try
                {
                    while (reader.MoveNext())
                    {
                        _ = BundlePaxRecords.Read(reader.Current).IsOutward;
                    }
                }
                catch (TarFormatException)
                {
                    // A refusal, as it should be.
                }
            },
        };
        yield return new FuzzTarget
        {
            Name = "bundle",
            Seeds = [new FuzzSeed("bundle.tar.zst", compressed)],
            Run = input =>
            {
                using var stream = new MemoryStream(input, writable: false);
                _ = BundleScanner.Scan(name, stream, CompressionFormat.Zstandard, MaxTarLength, CancellationToken.None);
            },
        };
        yield return new FuzzTarget
        {
            Name = "bundle-index",
            Seeds = [new FuzzSeed("bundle.json", index)],
            Run = input =>
            {
                try
                {
                    _ = BundleIndexReader.Read(input, withFiles: true);
                }
                catch (FormatException)
                {
                    // A refusal, as it should be.
                }
            },
        };
    }

    private static (byte[] Tar, byte[] Compressed, byte[] Index) Compose(ScratchFolder scratch)
    {
        var content = BundleContent.OfBytes("/@firn-prefix@/lib\n"u8.ToArray());
        var folder = Path.Join(Path.GetDirectoryName(scratch.Write("bundle-seed", [])), "bundle-store");
        var bundles = new BundleObjects(folder);
        var name = new BundleName(bundles.Add(
            [
                new BundleMember { Path = "bin/demo", Content = content, IsExecutable = true, PrefixOffsets = [0] },
                new BundleMember { Path = $"lib/{new string('n', 120)}/é", Content = content, Placeholder = new PrefixPlaceholder(true, "/opt") },
                new BundleMember { Path = "lib/link", Kind = TarEntryKind.Link, LinkTarget = "../bin/demo" },
                new BundleMember { Path = "share/empty", Kind = TarEntryKind.Directory },
            ],
            BundleAddOptions.Default,
            CancellationToken.None).Digest);
        var compressed = File.ReadAllBytes(bundles.Files.Find(name)!);
        using var source = new MemoryStream(compressed);
        using var decompressed = CompressionFormat.Zstandard.Decompress(source);
        using var tar = new MemoryStream();
        decompressed.CopyTo(tar);
        return (tar.ToArray(), compressed, bundles.Files.ReadIndexBytes(name));
    }
}
