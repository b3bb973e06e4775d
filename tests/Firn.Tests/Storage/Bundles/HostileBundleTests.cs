using System.Text;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Compression;
using Firn.Common.Tar;
using Firn.Storage.Bundles;

namespace Firn.Tests.Storage.Bundles;

/// <summary>Every archive that is not canonical bundle is refused, by name, and the reading ends.</summary>
public sealed class HostileBundleTests
{
    /// <summary>Every byte and bit in a full run; else some of them, and each bit of a byte has its turn.</summary>
    private static readonly int Step = Environment.GetEnvironmentVariable("FIRN_FULL_TESTS") == "1" ? 1 : 5;

    public static TheoryData<string, byte[]> Refused()
    {
        var longName = new string('n', 300);
        byte[] Tar(params byte[][] members) => [.. members.SelectMany(member => member), .. HostileTar.End];
        byte[] Record(string text) => Encoding.UTF8.GetBytes(text);
        return new TheoryData<string, byte[]>
        {
            { "/etc/passwd: its path is absolute", Tar(HostileTar.File("/etc/passwd")) },
            { "lib/../../x: its path holds `..`", Tar(HostileTar.File("lib/../../x")) },
            { "./x: its path holds `.`", Tar(HostileTar.File("./x")) },
            { "a//b: its path has an empty name", Tar(HostileTar.File("a//b")) },
            { "a/: its path has an empty name", Tar(HostileTar.File("a/")) },
            { "its path is empty", Tar(HostileTar.File(string.Empty)) },
            { "a name in its path has 300 bytes", Tar(HostileTar.File(longName)) },
            { "a: it stands there twice", Tar(HostileTar.File("a"), HostileTar.File("a")) },
            { "a: it stands behind b", Tar(HostileTar.File("b"), HostileTar.File("a")) },
            { "a/b: it lies below the member a", Tar(HostileTar.Link("a", "/etc"), HostileTar.File("a/b")) },
            { "a/b: it lies below the member a", Tar(HostileTar.File("a"), HostileTar.File("a.c"), HostileTar.File("a/b")) },
            { "type `1`", Tar(HostileTar.File("hard", "", header => header[156] = (byte)'1')) },
            { "type `3`", Tar(HostileTar.File("device", "", header => header[156] = (byte)'3')) },
            { "type `6`", Tar(HostileTar.File("pipe", "", header => header[156] = (byte)'6')) },
            { "type `L`", Tar(HostileTar.File("gnu", "", header => header[156] = (byte)'L')) },
            { "type `g`", Tar(HostileTar.File("global", "", header => header[156] = (byte)'g')) },
            { "checksum", Tar(Broken(HostileTar.File("a"), 0)) },
            { "not in canonical form", Tar(HostileTar.File("a", "", header => header[106] = (byte)'1')) },
            { "not in canonical form", Tar(HostileTar.File("a", "", header => header[265] = (byte)'r')) },
            { "not in canonical form", Tar(HostileTar.File("a", "", header => header[345] = (byte)'p')) },
            { "not in canonical form", Tar(HostileTar.File("a", "", header => header[146] = (byte)'7')) },
            { "its size is not an octal number", Tar(HostileTar.File("a", "", header => header[124] = 0x80)) },
            { "the archive ends there, too early", Tar(HostileTar.File("a", "", header => header[125] = (byte)'7')) },
            { "bytes in the gap behind its content", Tar(Broken(HostileTar.File("a", "x"), 1000)) },
            { "its link leads nowhere", Tar(HostileTar.Link("a", string.Empty)) },
            { "it has a content and is not a file", Tar(HostileTar.File("a", "x", header => header[156] = (byte)'5')) },
            { "two pax headers", Tar(HostileTar.Pax(Record("11 path=ab\n")), HostileTar.Pax(Record("11 path=ab\n")), HostileTar.File("ab")) },
            { "its pax header is not in canonical form", Tar(HostileTar.Pax(Record("11 path=ab\n")), HostileTar.File("ab")) },
            { "no valid length", Tar(HostileTar.Pax(Record("99 path=a\n")), HostileTar.File("a")) },
            { "no valid length", Tar(HostileTar.Pax(Record("-1 path=a\n")), HostileTar.File("a")) },
            { "damaged", Tar(HostileTar.Pax(Record("12 path=a\0b\n")), HostileTar.File("a")) },
            { "unknown record", Tar(Vendor("FIRN.other", "1", "a")) },
            { "unknown record", Tar(Vendor("mtime", "1", "a")) },
            { "offsets of the prefix are not a list", Tar(Vendor("FIRN.prefix", "+1", "a")) },
            { "offsets of the prefix are not a list", Tar(Vendor("FIRN.prefix", "1  20", "a")) },
            { "not ascending, or overlap", Tar(Vendor("FIRN.prefix", "5 6", new string('x', 99))) },
            { "lies beyond its end", Tar(Vendor("FIRN.prefix", "0", "short")) },
            { "neither text nor binary", Tar(Vendor("FIRN.placeholder", "other /x", "a")) },
            { "its placeholder is empty", Tar(Vendor("FIRN.placeholder", "text ", "a")) },
            { "one block of zeros", [.. HostileTar.File("a"), .. new byte[512], .. HostileTar.File("b"), .. HostileTar.End] },
            { "bytes behind the two blocks of zeros", [.. HostileTar.File("a"), .. HostileTar.End, 0] },
            { "the archive ends there, too early", HostileTar.File("a") },
            { "the archive ends there, too early", [] },
        };
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void It_is_refused_by_name(string problem, byte[] tar)
    {
        var failure = Assert.Throws<FirnException>(() => Read(tar, tar.Length));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Different, failure.Kind);
    }

    [Fact]
    public void A_name_that_is_no_UTF8_is_refused() => Assert.Throws<FirnException>(() =>
        Read([.. HostileTar.File("a", "", header => header[0] = 0xFF), .. HostileTar.End], 2048));

    [Fact]
    public void The_helpers_make_a_bundle_where_nothing_is_wrong() =>
        Read([.. HostileTar.File("a", "x"), .. HostileTar.Link("b", "a"), .. HostileTar.End], 1024 + 512 + 1024);

    [Fact]
    public void A_stream_that_does_not_end_is_left_at_the_size_of_the_index()
    {
        using var endless = new EndlessTar();

        var failure = Assert.Throws<FirnException>(() => Read(endless, 10_000_000, Sha256Digest.Of([])));

        Assert.Contains("longer than the 10000000 bytes", failure.Message, StringComparison.Ordinal);
        Assert.InRange(endless.Given, 10_000_000, 12_000_000);
    }

    [Fact]
    public void Another_content_than_the_name_says_is_refused()
    {
        byte[] tar = [.. HostileTar.File("a", "x"), .. HostileTar.End];
        using var content = new MemoryStream(tar);

        var failure = Assert.Throws<FirnException>(() => Read(content, tar.Length, Sha256Digest.Of("other"u8)));

        Assert.Contains($"its content has {Sha256Digest.Of(tar)}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip")]
    public void A_bundle_cut_at_any_byte_and_with_any_bit_flipped_is_found(string compression)
    {
        using var store = new TemporaryFolder();
        var bundles = new BundleObjects(store.Path, CompressionFormat.ByName(compression));
        var name = new BundleName(bundles.Add(
            [SampleMembers.File("lib/a.py", "import os\n"), SampleMembers.Link("lib/b", "a.py")], BundleAddOptions.Default, default).Digest);
        foreach (var file in new[] { bundles.Files.Find(name)!, bundles.Files.IndexOf(name) })
        {
            var whole = File.ReadAllBytes(file);
            File.Delete(file);
            for (var length = 0; length < whole.Length; length += Step)
            {
                File.WriteAllBytes(file, whole[..length]);
                Assert.Throws<FirnException>(() => bundles.Verify(name, CancellationToken.None));
            }

            for (var bit = 0; bit < whole.Length * 8; bit += Step)
            {
                whole[bit / 8] ^= (byte)(1 << (bit % 8));
                File.WriteAllBytes(file, whole);
                Assert.Throws<FirnException>(() => bundles.Verify(name, CancellationToken.None));
                whole[bit / 8] ^= (byte)(1 << (bit % 8));
            }

            File.WriteAllBytes(file, whole);
            bundles.Verify(name, CancellationToken.None);
        }
    }

    [Fact]
    public void A_file_that_changed_is_refused_and_nothing_is_left()
    {
        using var store = new TemporaryFolder();
        var bundles = new BundleObjects(store["store"]);
        var path = store.Write("file", "12345");
        foreach (var content in new[]
        {
            BundleContent.OfFile(path, 4), BundleContent.OfFile(path, 6), BundleContent.OfFile(path, 5, Sha256Digest.Of("54321"u8)),
        })
        {
            var failure = Assert.Throws<FirnException>(() => bundles.Add(
                [new BundleMember { Path = "file", Content = content }], BundleAddOptions.Default, CancellationToken.None));

            Assert.Contains("changed while it was read", failure.Message, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(store["store/bundles"]));
    }

    private static byte[] Vendor(string keyword, string value, string content) =>
        HostileTar.Member(new TarEntry { Path = "a", Records = [new PaxRecord(keyword, value)] }, content);

    private static byte[] Broken(byte[] member, int at)
    {
        member[at] ^= 1;
        return member;
    }

    private static void Read(byte[] tar, long size)
    {
        using var content = new MemoryStream(tar);
        Read(content, size, Sha256Digest.Of(tar));
    }

    private static void Read(Stream tar, long size, Sha256Digest id)
    {
        var index = new BundleIndex { Digest = id, Size = size, Compression = "zstd", CompressedDigest = id, CompressedSize = 0 };
        using var reader = new BundleReader(new BundleName(id), index, Stream.Null, tar);
        reader.VerifyToEnd();
    }
}
