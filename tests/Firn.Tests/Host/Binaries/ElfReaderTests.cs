using System.Text.RegularExpressions;
using Firn.Host.Binaries;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Host.Binaries;

public sealed class ElfReaderTests
{
    public static TheoryData<bool, bool, int> Shapes => new()
    {
        { true, true, 62 }, { true, false, 22 }, { false, true, 3 }, { false, false, 20 }, { true, true, 183 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Read_object_of_any_class_and_byte_order_tells_all(bool is64, bool little, int machine)
    {
        var file = new ElfBuilder
        {
            Is64Bit = is64,
            IsLittleEndian = little,
            Machine = (ushort)machine,
            Soname = "libown.so.1",
            Needed = ["libb.so.2", "liba.so.1"],
            RPath = "/old",
            RunPath = "$ORIGIN/../lib",
            Interpreter = "/lib/ld-musl-x86_64.so.1",
            BuildId = [0xde, 0xad, 0x00, 0x0f],
        };

        var image = Read(file.Build()).Image!;

        Assert.Equal(is64, image.Is64Bit);
        Assert.Equal(machine, image.Machine);
        Assert.Equal(["libb.so.2", "liba.so.1"], image.Needed.ToArray());
        Assert.Equal("libown.so.1", image.Soname);
        Assert.Equal("/old", image.RPath);
        Assert.Equal("$ORIGIN/../lib", image.RunPath);
        Assert.Equal("/lib/ld-musl-x86_64.so.1", image.Interpreter);
        Assert.Equal("dead000f", image.BuildId);
    }

    [Fact]
    public void Read_linker_script_is_not_elf() =>
        Assert.Equal(ElfStatus.NotElf, Read("INPUT(libncurses.so.6)"u8.ToArray()).Status);

    [Fact]
    public void Read_cut_anywhere_gives_a_status()
    {
        var whole = new ElfBuilder { Needed = ["libc.so.6"], Soname = "x", BuildId = [1, 2] }.Build();
        for (var length = 0; length < whole.Length; length += 7)
        {
            var result = Read(whole[..length]);
            Assert.Equal(result.Status == ElfStatus.Read, result.Image is not null);
            if (length < 0x2000)
            {
                Assert.NotEqual(ElfStatus.Read, result.Status);
            }
        }
    }

    [Fact]
    public void Read_changed_bytes_never_throws()
    {
        var whole = new ElfBuilder { Needed = ["libc.so.6", "libm.so.6"], RunPath = "$ORIGIN", BuildId = [1, 2] }.Build();
        // Changes where the tables are: header and program headers, dynamic section, note.
        var places = Gen.OneOf(Gen.Choose(4, 320), Gen.Choose(0x2000, 0x2080), Gen.Choose(0x3000, 0x3020));
        var change = Gen.Zip(places, Gen.Choose(0, 255));
        Prop.ForAll(Gen.ListOf(change).ToArbitrary(), changes =>
        {
            var file = (byte[])whole.Clone();
            foreach (var (at, value) in changes)
            {
                file[at] = (byte)value;
            }

            var result = Read(file);
            return (result.Status == ElfStatus.Read) == (result.Image is not null);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_more_needed_libraries_than_the_limit_is_malformed()
    {
        var file = new ElfBuilder { Needed = ["a"] }.Build();
        var large = new byte[0x2000 + (5000 * 16)];
        file.AsSpan(0, 0x2000).CopyTo(large);
        for (var i = 0; i < 5000; i++)
        {
            large[0x2000 + (i * 16)] = 1;
        }

        // The size of PT_DYNAMIC, the second program header.
        BitConverter.TryWriteBytes(large.AsSpan(64 + 56 + 32), 5000L * 16);
        Assert.Equal(ElfStatus.Malformed, Read(large).Status);
    }

    [Fact]
    public void Read_folder_or_missing_file_gives_a_status()
    {
        Assert.Equal(ElfStatus.Unreadable, new ElfReader().Read(Path.GetTempPath()).Status);
        Assert.Equal(ElfStatus.Missing, new ElfReader().Read("/nowhere/lib.so").Status);
    }

    [SkippableFact]
    public void Read_this_machines_modules_agrees_with_readelf()
    {
        var reader = new ElfReader();
        foreach (var file in RealTool.ExtensionModules())
        {
            var truth = RealTool.Run("readelf", "-dnVW", file);
            var image = reader.Read(file).Image!;
            Assert.Equal(All(truth, @"\(NEEDED\).*\[(.*)\]"), image.Needed);
            Assert.Equal(All(truth, @"\(SONAME\).*\[(.*)\]").FirstOrDefault(), image.Soname);
            Assert.Equal(All(truth, @"\(RPATH\).*\[(.*)\]").FirstOrDefault(), image.RPath);
            Assert.Equal(All(truth, @"\(RUNPATH\).*\[(.*)\]").FirstOrDefault(), image.RunPath);
            Assert.Equal(All(truth, @"Build ID: ([0-9a-f]+)").FirstOrDefault(), image.BuildId);
            var versions = All(truth, @"Name: GLIBC_([0-9.]+)").Select(text => Version.Parse(text)).ToList();
            var highest = versions.Count == 0 ? null : versions.Max()!.ToString();
            Assert.Equal(highest, image.RequiredGlibc?.ToString());
        }
    }

    private static List<string> All(string text, string pattern) =>
        [.. Regex.Matches(text, pattern).Select(match => match.Groups[1].Value)];

    private static ElfReadResult Read(byte[] file) => new ElfReader().Read(new MemoryStream(file));
}
