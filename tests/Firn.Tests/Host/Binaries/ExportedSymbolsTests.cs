using System.Buffers.Binary;
using Firn.Host.Binaries;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Host.Binaries;

public sealed class ExportedSymbolsTests
{
    private static readonly string[] Wanted = ["omp_get_num_threads", "omp_get_max_threads"];
    private static readonly string[] Other = ["omp_get_max_thread", "omp_get_max_threads_", "elt"];

    public static TheoryData<string> Fixtures => new("thin.dylib", "universal.dylib", "library.dll");

    [Theory]
    [InlineData(true, true, 62)]
    [InlineData(true, false, 22)]
    [InlineData(false, true, 3)]
    [InlineData(false, false, 20)]
    public void Find_in_elf_of_any_class_and_byte_order_sees_defined_symbols_only(bool is64, bool little, int machine)
    {
        var file = new ElfBuilder
        {
            Is64Bit = is64,
            IsLittleEndian = little,
            Machine = (ushort)machine,
            Symbols = ["melt", "omp_get_max_threads"],
        };
        var user = new ElfBuilder { Symbols = ["omp_get_max_threads"], AreSymbolsDefined = false };

        Assert.Equal(SymbolAnswer.Exported, Find(file.Build(), Wanted));
        Assert.Equal(SymbolAnswer.Missing, Find(file.Build(), Other));
        Assert.Equal(SymbolAnswer.Missing, Find(user.Build(), Wanted));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Find_in_libraries_of_other_systems_agrees_with_their_linkers(string name)
    {
        Assert.Equal(SymbolAnswer.Exported, Find(Fixture(name), Wanted));
        Assert.Equal(SymbolAnswer.Exported, Find(Fixture(name), ["melt"]));
        Assert.Equal(SymbolAnswer.Missing, Find(Fixture(name), Other));
    }

    [SkippableFact]
    public void Find_in_this_machines_modules_agrees_with_nm()
    {
        var symbols = new ExportedSymbols();
        foreach (var file in RealTool.ExtensionModules())
        {
            var defined = RealTool.Run("nm", "-D", "--defined-only", file).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ')[^1].Split('@')[0])
                .Where(name => name.All(char.IsAscii))
                .ToList();

            if (defined.Count > 0)
            {
                Assert.Equal(SymbolAnswer.Exported, symbols.Find(file, [defined[^1]]));
            }

            Assert.NotEqual(SymbolAnswer.Exported, symbols.Find(file, Wanted));
        }
    }

    [Fact]
    public void Find_without_symbols_or_in_another_format_is_unknown()
    {
        Assert.Equal(SymbolAnswer.Unknown, Find(new ElfBuilder().Build(), Wanted));
        Assert.Equal(SymbolAnswer.Unknown, Find("INPUT(libgomp.so.1)"u8.ToArray(), Wanted));
        Assert.Equal(SymbolAnswer.Unknown, Find([], Wanted));
        // A class of Java begins like a universal file.
        Assert.Equal(SymbolAnswer.Unknown, Find([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, .. new byte[200]], Wanted));
        Assert.Equal(SymbolAnswer.Unknown, new ExportedSymbols().Find("/nowhere/libgomp.so.1", Wanted));
        Assert.Equal(SymbolAnswer.Unknown, new ExportedSymbols().Find(Path.GetTempPath(), Wanted));
    }

    /// <summary>What claims more symbols than any runtime has is left out of a run's observation too.</summary>
    [Theory]
    [InlineData(ExportedSymbols.MaxSymbols, true)]
    [InlineData(ExportedSymbols.MaxSymbols + 1, false)]
    public void Find_among_more_symbols_than_the_limit_is_unknown(int count, bool isFound)
    {
        var file = new ElfBuilder { Symbols = ["omp_get_max_threads"] }.Build();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(ElfBuilder.SymbolCountAt), count);

        Assert.Equal(isFound ? SymbolAnswer.Exported : SymbolAnswer.Unknown, Find(file, Wanted));
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Find_in_damaged_file_ends_with_an_answer(string name)
    {
        var whole = Fixture(name);
        for (var length = 0; length < whole.Length; length += 37)
        {
            Assert.True(Enum.IsDefined(Find(whole[..length], Wanted)));
        }

        var change = Gen.Zip(Gen.Choose(0, Math.Min(whole.Length, 1024) - 1), Gen.Choose(0, 255));
        Prop.ForAll(Gen.ListOf(change).ToArbitrary(), changes =>
        {
            var file = (byte[])whole.Clone();
            foreach (var (at, value) in changes)
            {
                file[at] = (byte)value;
            }

            return Enum.IsDefined(Find(file, Wanted));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Find_any_bytes_behind_a_magic_number_ends_with_an_answer()
    {
        byte[][] starts =
        [
            [0xfe, 0xed, 0xfa, 0xce], [0xcf, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe], [0xca, 0xfe, 0xba, 0xbf], [0x4d, 0x5a],
        ];
        Prop.ForAll(Gen.Zip(Gen.Elements(starts), Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()).ToArbitrary(), input =>
            Enum.IsDefined(Find([.. input.Item1, .. input.Item2], Wanted))).QuickCheckThrowOnFailure();
    }

    private static byte[] Fixture(string name) =>
        File.ReadAllBytes(Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "native", name));

    private static SymbolAnswer Find(byte[] file, string[] names)
    {
        using var stream = new MemoryStream(file, writable: false);
        return new ExportedSymbols().Find(stream, names);
    }
}
