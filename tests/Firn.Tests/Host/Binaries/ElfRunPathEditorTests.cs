using Firn.Host.Binaries;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Host.Binaries;

public sealed class ElfRunPathEditorTests
{
    private const string Prefix = "/home/ada/.pyenv/versions/3.11.7";

    public static TheoryData<bool, bool, int> Shapes => ElfReaderTests.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Plan_object_of_any_class_and_byte_order_follows_its_prefix(bool is64, bool little, int machine)
    {
        var builder = new ElfBuilder
        {
            Is64Bit = is64,
            IsLittleEndian = little,
            Machine = (ushort)machine,
            Needed = ["libpython3.11.so.1.0"],
            Soname = "own.so",
            RPath = $"{Prefix}/lib64:/usr/local/lib",
            RunPath = $"{Prefix}/lib",
            Symbols = ["PyInit_own", "free"],
        };

        var file = builder.Build();
        var image = Edited(file, "lib/python3.11/lib-dynload/own.so");

        Assert.Equal("$ORIGIN/../..", image.RunPath);
        Assert.Equal("$ORIGIN/../../../lib64:/usr/local/lib", image.RPath);
        Assert.Equal(["libpython3.11.so.1.0"], image.Needed.ToArray());
        Assert.Equal("own.so", image.Soname);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void ApplyTo_pieces_of_any_length_give_what_the_whole_gives(int length)
    {
        var file = new ElfBuilder { RunPath = $"{Prefix}/lib", RPath = $"{Prefix}/lib64", Soname = "own.so" }.Build();
        using var stream = new MemoryStream(file);
        var edit = new ElfRunPathEditor().Plan(stream, "lib/own.so", [new RunPathMove(Prefix, string.Empty)])!;
        var whole = (byte[])file.Clone();
        edit.Apply(whole);
        Assert.NotEqual(file, whole);

        for (var offset = 0; offset < file.Length; offset += length)
        {
            edit.ApplyTo(file.AsSpan(offset, Math.Min(length, file.Length - offset)), offset);
        }

        Assert.Equal(whole, file);
    }

    [Theory]
    [InlineData("/lib", "bin/python3.11", "$ORIGIN/../lib")]
    [InlineData("/lib", "lib/libpython3.11.so.1.0", "$ORIGIN")]
    [InlineData("/lib/", "lib/libpython3.11.so.1.0", "$ORIGIN")]
    [InlineData("", "bin/python3.11", "$ORIGIN/..")]
    [InlineData("", "python3.11", "$ORIGIN")]
    [InlineData("/lib/./x//y", "bin/python3.11", "$ORIGIN/../lib/x/y")]
    [InlineData("/lib/../lib64", "lib/a.so", "$ORIGIN/../lib/../lib64")]
    [InlineData("/lib:/opt/x:/home/ada/.pyenv/versions/3.11.70/lib::$ORIGIN", "bin/p", "$ORIGIN/../lib:/opt/x:/home/ada/.pyenv/versions/3.11.70/lib::$ORIGIN")]
    public void Plan_entry_in_prefix_becomes_relative(string below, string file, string expected)
    {
        var image = Edited(new ElfBuilder { RunPath = Prefix + below }.Build(), file);

        Assert.Equal(expected, image.RunPath);
    }

    [Theory]
    [InlineData("/home/ada/.pyenv/versions/3.11.70/lib")]
    [InlineData("/home/ada/.pyenv/versions/3.11.7/../3.12.1/lib")]
    [InlineData("$ORIGIN/../lib:/usr/lib")]
    [InlineData("home/ada/.pyenv/versions/3.11.7/lib")]
    [InlineData("")]
    public void Plan_without_entry_in_prefix_is_nothing(string runPath) =>
        Assert.Null(Plan(new ElfBuilder { RunPath = runPath }.Build(), "bin/python"));

    [Fact]
    public void Plan_deeper_of_two_moved_folders_counts()
    {
        var file = new ElfBuilder { RunPath = "/env/of/this/user/lib:/env/of/this/user/base/lib:/elsewhere/of/mine/lib" }.Build();
        RunPathMove[] moves =
        [
            new("/env/of/this/user", string.Empty), new("/env/of/this/user/base", ".firn/python"), new("/elsewhere/of/mine", "/new"),
        ];

        var edit = Plan(file, "lib/x.so", moves)!;

        Assert.Equal("$ORIGIN:$ORIGIN/../.firn/python/lib:/new/lib", Assert.Single(edit.Patches).NewText);
    }

    [Fact]
    public void Plan_too_long_text_drops_repeated_entries_first()
    {
        var file = new ElfBuilder { RunPath = "/opt/py/lib:/usr/share/q:/usr/share/q" }.Build();

        var edited = Edited(file, "lib/python3.11/site-packages/a/b/x.so", "/opt/py");

        Assert.Equal("$ORIGIN/../../../..:/usr/share/q", edited.RunPath);
    }

    [Fact]
    public void Plan_text_without_room_says_so_and_changes_nothing()
    {
        var edit = Plan(new ElfBuilder { RunPath = "/p/lib" }.Build(), "bin/python", [new RunPathMove("/p", "")])!;

        Assert.Empty(edit.Patches);
        Assert.Equal("its run path has room for 6 bytes and $ORIGIN/../lib needs 14", edit.Obstacle);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Plan_symbol_in_the_end_of_the_text_stays(bool is64, bool little, int machine)
    {
        var builder = new ElfBuilder
        {
            Is64Bit = is64,
            IsLittleEndian = little,
            Machine = (ushort)machine,
            RunPath = $"{Prefix}/lib",
            Symbols = ["x", "lib"],
        };
        var file = builder.Build();
        var tail = file.AsSpan().IndexOf("/lib\0"u8) + 1;

        var edited = Edited(file, "bin/python3.11");

        Assert.Equal("$ORIGIN/../lib", edited.RunPath);
        Assert.Equal("lib\0"u8, file.AsSpan(tail, 4));
        Assert.Equal(0, file[tail - 1]);
    }

    [Fact]
    public void Plan_symbol_that_leaves_too_little_room_is_an_obstacle()
    {
        var file = new ElfBuilder { RunPath = $"{Prefix}/lib", Symbols = ["a/.pyenv/versions/3.11.7/lib"] }.Build();

        Assert.StartsWith("its run path has room for 7 bytes", Plan(file, "bin/python3.11")!.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_name_that_is_the_text_or_ends_with_it_is_an_obstacle()
    {
        // The loader would look for a library of the new name.
        var same = new ElfBuilder { RunPath = $"{Prefix}/lib", Symbols = [$"{Prefix}/lib"] }.Build();
        Assert.Equal("another name shares the bytes of its run path", Plan(same, "bin/python")!.Obstacle);

        var longer = new ElfBuilder { Soname = $"own{Prefix}/lib", RunPath = "/usr" }.Build();
        var text = longer.AsSpan().IndexOf("own/"u8);
        PointRunPathAt(longer, text - 0x400 + 3);
        Assert.Equal("another name shares the bytes of its run path", Plan(longer, "bin/python")!.Obstacle);
    }

    [Fact]
    public void Plan_file_cut_anywhere_never_throws()
    {
        var whole = new ElfBuilder { RunPath = $"{Prefix}/lib", Symbols = ["a", "lib"] }.Build();
        for (var length = 0; length < whole.Length; length += 5)
        {
            var edit = Plan(whole[..length], "bin/python");
            Assert.All(edit?.Patches ?? [], patch => Assert.True(patch.Offset + patch.Bytes.Length <= length));
        }
    }

    [Fact]
    public void Plan_changed_bytes_never_reaches_beyond_the_file_nor_grows_it()
    {
        var whole = new ElfBuilder { RPath = $"{Prefix}/lib:/x", RunPath = $"{Prefix}/lib", Symbols = ["a", "lib"] }.Build();
        var places = Gen.OneOf(Gen.Choose(4, 320), Gen.Choose(0x400, 0x480), Gen.Choose(0x2000, 0x2080), Gen.Choose(0x2c00, 0x2c10));
        var change = Gen.Zip(places, Gen.Choose(0, 255));
        Prop.ForAll(Gen.ListOf(change).ToArbitrary(), changes =>
        {
            var file = (byte[])whole.Clone();
            foreach (var (at, value) in changes)
            {
                file[at] = (byte)value;
            }

            var edit = Plan(file, "bin/python");
            edit?.Apply(file);
            return edit is null || edit.Patches.IsEmpty == edit.Obstacle is not null;
        }).QuickCheckThrowOnFailure();
    }

    private static void PointRunPathAt(byte[] file, int name)
    {
        for (var at = 0x2000; at < 0x2400; at += 16)
        {
            if (file[at] == 29)
            {
                BitConverter.TryWriteBytes(file.AsSpan(at + 8), (ulong)name);
            }
        }
    }

    private static ElfImage Edited(byte[] file, string path, string prefix = Prefix)
    {
        var length = file.Length;
        var edit = Plan(file, path, [new RunPathMove(prefix, string.Empty)])!;
        Assert.Null(edit.Obstacle);
        edit.Apply(file);
        Assert.Equal(length, file.Length);
        return new ElfReader().Read(new MemoryStream(file)).Image!;
    }

    private static ElfRunPathEdit? Plan(byte[] file, string path, RunPathMove[]? moves = null) =>
        new ElfRunPathEditor().Plan(new MemoryStream(file), path, moves ?? [new RunPathMove(Prefix, string.Empty)]);
}
