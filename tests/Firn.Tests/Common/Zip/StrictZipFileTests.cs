using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Firn.Common.Zip;
using Firn.Tests.Host.Binaries;
using Firn.Tests.Python.Wheels;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Common.Zip;

public sealed class StrictZipFileTests
{
    private static readonly byte[] Text = [.. "the snow is deep, the snow is deep, the snow is deep"u8];

    private static ZipMakerEntry Entry => new("snow.txt", Text);

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "it is not a zip file", [] },
        { "it is not a zip file", [.. "PK"u8] },
        { "it is not a zip file", new ZipMaker().Add(Entry).Make()[..^1][..^10] },
        { "bytes follow its end", new ZipMaker { Behind = [0] }.Add(Entry).Make() },
        { "bytes follow its end", new ZipMaker { Comment = [.. "PK\u0005\u0006"u8, .. new byte[20]] }.Add(Entry).Make() },
        { "its directory is not where", new ZipMaker { OffsetError = 1 }.Add(Entry).Make() },
        { "bytes that belong to no member", new ZipMaker { Before = [.. "#!/bin/sh\n"u8] }.Add(Entry).Make() },
        { "bytes that belong to no member", new ZipMaker { Before = [1] }.Make() },
        { "its directory is not where", Shifted() },
        { "where its end says 2", new ZipMaker { CountError = 1 }.Add(Entry with { Extra = new byte[60] }).Make() },
        { "its directory is damaged", new ZipMaker { CountError = -1 }.Add(Entry).Add("b", "b").Make() },
        { "more than its directory has room for", new ZipMaker { CountError = 60000 }.Add(Entry).Make() },
        { "more than any wheel", new ZipMaker { CountError = 1 << 30, IsLarge = true }.Add(Entry).Make() },
        { "contradict each other", Contradicting() },
        { "snow.txt: it stands there twice", new ZipMaker().Add(Entry).Add(Entry).Make() },
        { "it stands there twice", new ZipMaker().Add(Entry).Add(new ZipMakerEntry("snow.txt/", []) { Mode = 0x41ed, Method = 0 }).Make() },
        { "its path is absolute", new ZipMaker().Add("/etc/passwd", "").Make() },
        { "its path holds `..`", new ZipMaker().Add("a/../../b", "").Make() },
        { "its path holds `.`", new ZipMaker().Add("./b", "").Make() },
        { "its path has an empty name", new ZipMaker().Add("a//b", "").Make() },
        { "its path is empty", new ZipMaker().Add("", "").Make() },
        { "its path holds a backslash", new ZipMaker().Add("a\\b", "").Make() },
        { "its path names a drive", new ZipMaker().Add("C:evil", "").Make() },
        { "its path holds a NUL", new ZipMaker().Add("a\0b", "").Make() },
        { "a\\u001b[31m: its path holds a control character", new ZipMaker().Add("a\u001b[31m", "").Make() },
        { "a name in its path has 256 bytes", new ZipMaker().Add(new string('n', 256), "").Make() },
        { "a name that is not UTF-8", new ZipMaker().Add(new ZipMakerEntry([0x61, 0xff], Text) { Flags = 0x800 }).Make() },
        { "a name that is not UTF-8", new ZipMaker().Add(new ZipMakerEntry("é", Text) { Flags = 0 }).Make() },
        { "it has a second name", new ZipMaker().Add(Entry with { Extra = [0x75, 0x70, 6, 0, 1, 0, 0, 0, 0, (byte)'x'] }).Make() },
        { "its extra fields are damaged", new ZipMaker().Add(Entry with { Extra = [1, 0, 200, 0, 1] }).Make() },
        { "its own header has another name", new ZipMaker().Add(Entry with { LocalName = [.. "evil.txt"u8] }).Make() },
        { "its own header has another form", new ZipMaker().Add(Entry with { LocalFlagsError = 1 }).Make() },
        { "its own header has another form", new ZipMaker().Add(Entry with { LocalFlagsError = 8 }).Make() },
        { "its own header has other numbers", new ZipMaker().Add(Entry with { LocalCrcError = 1 }).Make() },
        { "it shares bytes with another member", new ZipMaker().Add(Entry).Add(new ZipMakerEntry("b", Text) { OffsetOverride = 0 }).Make() },
        { "bytes that belong to no member", new ZipMaker().Add(Entry).Add(new ZipMakerEntry("b", Text) { Gap = [0] }).Make() },
        { "it is encrypted", new ZipMaker().Add(Entry with { Flags = 1 }).Make() },
        { "it is encrypted", new ZipMaker().Add(Entry with { Flags = 0x40 }).Make() },
        { "it is compressed by method 12", new ZipMaker().Add(Entry with { Method = 12 }).Make() },
        { "it is compressed by method 93", new ZipMaker().Add(Entry with { Method = 93 }).Make() },
        { "it is a symbolic link", new ZipMaker().Add(Entry with { Mode = 0xa1ff }).Make() },
        { "it is a device", new ZipMaker().Add(Entry with { Mode = 0x2180 }).Make() },
        { "it is a device", new ZipMaker().Add(Entry with { Mode = 0x6180 }).Make() },
        { "it is a device", new ZipMaker().Add(Entry with { Mode = 0x1180 }).Make() },
        { "do not agree whether it is a folder", new ZipMaker().Add(Entry with { Mode = 0x41ed }).Make() },
        { "do not agree whether it is a folder", new ZipMaker().Add(new ZipMakerEntry("a/", [])).Make() },
        { "its lengths cannot be true", new ZipMaker().Add(new ZipMakerEntry("a/", Text) { Mode = 0x41ed }).Make() },
        { "its lengths cannot be true", new ZipMaker().Add(Entry with { Method = 0, DeclaredLength = 3 }).Make() },
        { "its lengths cannot be true", new ZipMaker().Add(Entry with { CompressedError = 1 << 20 }).Make() },
        { "claim to hold 100000000", new ZipMaker().Add(Entry with { DeclaredLength = 100_000_000 }).Make() },
        { "claim to hold", new ZipMaker().Add(Bomb()).Make() },
        { "its zip64 numbers are damaged", new ZipMaker().Add(Entry with { DeclaredLength = uint.MaxValue }).Make() },
        { "bytes that belong to no member follow", new ZipMaker().Add(Entry with { DescriptorLength = 13 }).Make() },
        { "bytes that belong to no member follow", WithoutSignature() },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Open_a_hostile_file_refuses_it_by_name(string problem, byte[] zip)
    {
        var exception = Assert.Throws<ZipFormatException>(() => Open(zip).Dispose());

        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', exception.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(20)]
    [InlineData(24)]
    public void Open_every_form_of_descriptor_reads_it(int length)
    {
        using var zip = Open(new ZipMaker { Comment = [.. "a comment"u8] }
            .Add(Entry with { DescriptorLength = length }).Add(Entry with { Name = [.. "b"u8], Method = 0 }).Make());

        Assert.Equal(["snow.txt", "b"], zip.Entries.Select(entry => entry.Path));
        Assert.All(zip.Entries, entry => Assert.Equal(Text, zip.ReadAll(entry, 1000)));
    }

    [Fact]
    public void Open_zip64_reads_it()
    {
        var large = new byte[20];
        BinaryPrimitives.WriteUInt16LittleEndian(large, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(large.AsSpan(2), 16);
        BinaryPrimitives.WriteInt64LittleEndian(large.AsSpan(4), Text.Length);
        BinaryPrimitives.WriteInt64LittleEndian(large.AsSpan(12), Text.Length);
        var entry = Entry with { Method = 0, DeclaredLength = uint.MaxValue, CompressedError = -1 - Text.Length, Extra = large };

        using var zip = Open(new ZipMaker { IsLarge = true }.Add(entry).Make());

        Assert.Equal(Text, zip.ReadAll(zip.Entries[0], 1000));
    }

    [Fact]
    public void Open_an_empty_zip_has_no_members()
    {
        using var zip = Open(new ZipMaker().Make());

        Assert.Empty(zip.Entries);
    }

    [SkippableTheory]
    // zipfile with a stream that cannot seek writes descriptors; force_zip64 writes the extra field in the local header alone.
    [InlineData("z.writestr('é/x.txt', b'x' * 5000)")]
    [InlineData("z.write('/proc/self/cmdline', 'c')")]
    [InlineData("e = z.open('big', 'w', force_zip64=True); e.write(b'12'); e.close(); z.mkdir('folder') if hasattr(z, 'mkdir') else None")]
    [InlineData("z.writestr('a', b''); z.comment = b'hello'")]
    public void Open_what_Python_writes_reads_it(string statement)
    {
        using var folder = new TemporaryFolder();
        foreach (var kind in new[] { "file", "stream" })
        {
            RealTool.Run("python3", "-X", "utf8", "-c", $"""
                import sys, zipfile
                class Once:
                    def __init__(self, f): self.f = f
                    def write(self, b): return self.f.write(b)
                    def flush(self): self.f.flush()
                f = open({Quote(folder["x.zip"])}, 'wb')
                with zipfile.ZipFile(f if {Quote(kind)} == 'file' else Once(f), 'w', zipfile.ZIP_DEFLATED) as z:
                    {statement}
                """);
            using var zip = StrictZipFile.Open(folder["x.zip"], CancellationToken.None);
            using var theirs = ZipFile.OpenRead(folder["x.zip"]);

            Assert.Equal(theirs.Entries.Select(entry => entry.FullName.TrimEnd('/')), zip.Entries.Select(entry => entry.Path));
            foreach (var (entry, other) in zip.Entries.Zip(theirs.Entries))
            {
                using var stream = other.Open();
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                Assert.Equal(bytes.ToArray(), zip.ReadAll(entry, 100_000));
            }
        }
    }

    [Fact]
    public void Open_two_hundred_thousand_members_is_quick_and_more_are_refused()
    {
        var maker = new ZipMaker { IsLarge = true };
        for (var i = 0; i < ZipLimits.MaxEntries + 1; i++)
        {
            maker.Add(new ZipMakerEntry(Encoding.ASCII.GetBytes($"f{i}"), []) { Method = 0 });
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Throws<ZipFormatException>(() => Open(maker.Make()));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void ReadAll_of_damaged_bytes_refuses_them()
    {
        foreach (var entry in new[] { Entry with { CrcError = 1 }, Entry with { DeclaredLength = 4 }, Entry with { DeclaredLength = 4000 } })
        {
            using var zip = Open(new ZipMaker().Add(entry).Make());

            var exception = Assert.Throws<ZipFormatException>(() => zip.ReadAll(zip.Entries[0], 100_000));
            Assert.Contains("snow.txt: its bytes are damaged", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_any_bytes_refuses_or_reads_them()
    {
        var good = new ZipMaker().Add(Entry).Add(Entry with { Name = [.. "b"u8], DescriptorLength = 16 }).Make();
        var changes = ArbMap.Default.ArbFor<(int At, byte Value)[]>();

        Prop.ForAll(changes, change =>
        {
            var bytes = good.ToArray();
            foreach (var (at, value) in change)
            {
                bytes[(uint)at % bytes.Length] = value;
            }

            try
            {
                using var zip = Open(bytes);
                foreach (var entry in zip.Entries)
                {
                    _ = zip.ReadAll(entry, 1 << 20);
                }
            }
            catch (ZipFormatException)
            {
                // A refusal, as it should be.
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Crc_is_that_of_the_format()
    {
        var crc = new Crc32();
        crc.Append("123456"u8);
        crc.Append("789"u8);

        Assert.Equal(0xcbf43926, crc.Value);
    }

    /// <summary>Less than deflate can do, and more than any wheel does.</summary>
    private static ZipMakerEntry Bomb()
    {
        var content = new byte[1_200_000];
        new Random(1).NextBytes(content);
        return new("bomb", content) { DeclaredLength = 1_200_000_000 };
    }

    /// <summary>Offsets as they are where somebody put bytes before a finished file.</summary>
    private static byte[] Shifted() => [.. "MZ"u8, .. new ZipMaker().Add(Entry).Make()];

    private static byte[] WithoutSignature()
    {
        var zip = new ZipMaker().Add(Entry with { DescriptorLength = 16 }).Make();
        zip[zip.AsSpan().IndexOf("PK\u0007\u0008"u8)]++;
        return zip;
    }

    private static byte[] Contradicting()
    {
        var zip = new ZipMaker { IsLarge = true }.Add(Entry).Make();
        zip[^12] = 7;
        zip[^11] = 0;
        zip[^14] = 7;
        zip[^13] = 0;
        return zip;
    }

    private static string Quote(string text) => $"'{text}'";

    private static StrictZipFile Open(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        return StrictZipFile.Open(folder.Write("x.zip", bytes), CancellationToken.None);
    }
}
