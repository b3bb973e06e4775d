using Firn.Common;
using Firn.Common.Compression;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Common.Compression;

public sealed class ZstandardTests
{
    /// <summary>A store's archives are the same on every machine: a change here changes what stores hold, and needs a reason.</summary>
    [Theory]
    [InlineData(-10, 1_000_000, 0, "f42870c534099250")]
    [InlineData(-3, 1_000_000, 0, "176e53dda66abc87")]
    [InlineData(1, 1_000_000, 0, "7da3f8225854d356")]
    [InlineData(-3, 70_000_000, 1, "2920fb7da635c437")]
    [InlineData(-3, 70_000_000, 3, "2920fb7da635c437")]
    public void Compress_makes_the_same_bytes_everywhere(int level, int length, int workers, string digest)
    {
        var content = Content(length);

        var made = Compress(content, level, workers, [length]);

        Assert.StartsWith(digest, Sha256Digest.Of(made).Hex, StringComparison.Ordinal);
        Assert.True(content.AsSpan().SequenceEqual(Decompress(made)));
    }

    [Fact]
    public void Compress_makes_the_same_bytes_however_they_come()
    {
        var content = Content(400_000);
        var whole = Compress(content, -3, 0, [content.Length]);

        Prop.ForAll(Gen.Choose(1, 60_000).NonEmptyListOf().ToArbitrary(), pieces =>
            Assert.Equal(whole, Compress(content, -3, 0, [.. pieces]))).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Decompress_of_any_bytes_ends_in_content_or_damage()
    {
        var whole = Compress(Content(20_000), 1, 0, [20_000]);
        var changes = Gen.Zip(Gen.Choose(0, whole.Length - 1), Gen.Choose(0, 255)).ArrayOf(8);

        Prop.ForAll(Gen.Zip(changes, Gen.Choose(0, 2 * whole.Length)).ToArbitrary(), made =>
        {
            var (changed, length) = made;
            var bytes = (byte[])whole.Clone();
            foreach (var (at, value) in changed)
            {
                bytes[at] = (byte)value;
            }

            try
            {
                _ = Decompress(bytes[..Math.Min(length, bytes.Length)]);
            }
            catch (InvalidDataException)
            {
                // Damage.
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    /// <summary>Words of a small vocabulary, and now and then bytes without any order.</summary>
    private static byte[] Content(int length)
    {
        var content = new byte[length];
        var state = 1u;
        for (var at = 0; at < length;)
        {
            state = (state * 1664525) + 1013904223;
            var isNoise = (state >> 24) == 7;
            var word = state >> (isNoise ? 0 : 22);
            for (var i = 0; i < 3 + (word % 9) && at < length; i++)
            {
                word = (word * 1664525) + 1013904223;
                content[at++] = isNoise ? (byte)(word >> 24) : (byte)('a' + (word >> 24) % 26);
            }
        }

        return content;
    }

    private static byte[] Compress(byte[] content, int level, int workers, int[] pieces)
    {
        var sink = new MemorySink();
        using var compressor = CompressionFormat.Zstandard.Compress(
            sink, new CompressionSettings { Level = level, Length = content.Length, Workers = workers });
        for (int at = 0, i = 0; at < content.Length; i++)
        {
            var length = Math.Min(content.Length - at, pieces[i % pieces.Length]);
            compressor.Write(content.AsSpan(at, length));
            at += length;
        }

        compressor.Finish();
        return sink.Bytes.ToArray();
    }

    private static byte[] Decompress(byte[] bytes)
    {
        using var content = CompressionFormat.Zstandard.Decompress(new MemoryStream(bytes));
        using var all = new MemoryStream();
        content.CopyTo(all);
        return all.ToArray();
    }

    private sealed class MemorySink : IByteSink
    {
        public MemoryStream Bytes { get; } = new();

        public void Write(ReadOnlySpan<byte> bytes) => Bytes.Write(bytes);
    }
}
