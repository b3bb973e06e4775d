using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Prefixes;
using Firn.Conda.Relocation;
using Firn.Tests.Conda.Linking;

namespace Firn.Tests.Conda.Relocation;

public sealed class CondaPrefixReplacementTests
{
    private const string Placeholder = ReplacementVectors.Placeholder;

    [SkippableTheory]
    [InlineData("/p")]
    [InlineData("/a b")]
    [InlineData("/opt/conda")]
    [InlineData("/equal_length_equal_length_")]
    public void Binary_files_become_what_conda_makes_of_them(string prefix)
    {
        var vectors = new ReplacementVectors(11);
        var data = Enumerable.Range(0, 1500).Select(_ => vectors.Next(isBinary: true, hasWide: true)).ToList();
        var expected = LinkedPrefixes.Replace(data.Select(bytes => ReplacementVectors.Case("conda", true, prefix, bytes)));

        Assert.All(data.Zip(expected), pair => Assert.Equal(pair.Second, Replaced(pair.First, true, prefix)));
    }

    [SkippableTheory]
    [InlineData("/p", true)]
    [InlineData("/opt/conda", true)]
    [InlineData("/somewhat/longer/than/the/placeholder/itself", true)]
    [InlineData("/p", false)]
    public void Text_files_become_what_conda_makes_of_them(string prefix, bool hasWide)
    {
        var vectors = new ReplacementVectors(12);
        var data = Enumerable.Range(0, 1500).Select(_ => vectors.Next(isBinary: false, hasWide)).ToList();
        var expected = LinkedPrefixes.Replace(data.Select(bytes => ReplacementVectors.Case("conda", false, prefix, bytes)));

        Assert.All(data.Zip(expected).Where(pair => !IsLongScript(pair.First, prefix)), pair =>
            Assert.Equal(pair.Second, Replaced(pair.First, false, prefix)));
    }

    [SkippableTheory]
    [InlineData("/with a blank")]
    [InlineData("/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long")]
    public void First_lines_that_no_kernel_takes_become_what_rattler_makes_of_them(string prefix)
    {
        var vectors = new ReplacementVectors(13);
        var data = Enumerable.Range(0, 1500).Select(_ => vectors.Next(isBinary: false, hasWide: false)).ToList();
        var expected = LinkedPrefixes.Replace(data.Select(bytes => ReplacementVectors.Case("rattler", false, prefix, bytes)));

        Assert.All(data.Zip(expected), pair => Assert.Equal(pair.Second, Replaced(pair.First, false, prefix)));
    }

    [Fact]
    public void A_first_line_of_127_bytes_stays_and_one_of_128_does_not()
    {
        var prefix = "/" + new string('p', 127 - "#!//bin/python".Length);

        var fits = Text("#!{0}/bin/python\n", prefix);
        var tooLong = Text("#!{0}/bin/python\n", prefix + "p");

        Assert.Equal(127, fits.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal($"#!{prefix}/bin/python\n", fits);
        Assert.Equal($"#!/bin/sh\n'''exec' \"{prefix}p/bin/python\" \"$0\" \"$@\" #'''\n", tooLong);
    }

    [Fact]
    public void A_carriage_return_stays_at_the_end_of_the_line() => Assert.Equal(
        "#!/bin/sh\n'''exec' \"/a b/bin/python\" -s \"$0\" \"$@\" #'''\r\nx\r\n",
        Text("#!{0}/bin/python -s\r\nx\r\n", "/a b"));

    [Fact]
    public void Other_programs_are_found_by_env() =>
        Assert.Equal("#!/usr/bin/env perl -w\n/a b", Text("#!{0}/bin/perl -w\n{0}", "/a b"));

    [Fact]
    public void A_file_without_placeholder_is_the_same_source()
    {
        using var source = new MemoryByteSource("nothing"u8.ToArray());

        Assert.Same(source, CondaPrefixReplacement.Replace(source, new CondaPlaceholder(Placeholder, false), "/p", "x"));
        Assert.Same(source, CondaPrefixReplacement.Replace(source, new CondaPlaceholder(Placeholder, true), "/p", "x"));
    }

    [Fact]
    public void One_byte_more_than_the_placeholder_is_refused_in_binary_files()
    {
        var longest = new string('p', Placeholder.Length - 1);

        Assert.Equal($"/{longest}\0", Encoding.UTF8.GetString(Replaced(Encoding.UTF8.GetBytes(Placeholder + "\0"), true, "/" + longest)));
        var error = Assert.Throws<FirnException>(() =>
            Replaced(Encoding.UTF8.GetBytes(Placeholder + "\0"), true, "/p" + longest));
        Assert.Contains($"{Placeholder.Length} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_many_pieces_is_replaced_as_a_small_one()
    {
        // The placeholder lies over the ends of the pieces that are read.
        var text = new StringBuilder();
        for (var i = 0; i < 60_000; i++)
        {
            text.Append(i).Append(Placeholder).Append("/x\0\0");
        }

        var small = Encoding.UTF8.GetBytes(text.ToString());
        var expected = new StringBuilder();
        for (var i = 0; i < 60_000; i++)
        {
            expected.Append(i).Append("/p/x\0\0").Append('\0', Placeholder.Length - 2);
        }

        Assert.Equal(expected.ToString(), Encoding.UTF8.GetString(Replaced(small, true, "/p")));
    }

    private static bool IsLongScript(byte[] data, string prefix)
    {
        var line = data.AsSpan(0, data.AsSpan().IndexOf((byte)'\n') is >= 0 and var end ? end : data.Length);
        return line.StartsWith("#!"u8) && line.Length + (5 * Math.Max(0, prefix.Length - Placeholder.Length)) > 100;
    }

    private static string Text(string format, string prefix) => Encoding.UTF8.GetString(Replaced(
        Encoding.UTF8.GetBytes(format.Replace("{0}", Placeholder, StringComparison.Ordinal)), false, prefix));

    private static byte[] Replaced(byte[] data, bool isBinary, string prefix) => ReplacementVectors.Bytes(
        CondaPrefixReplacement.Replace(new MemoryByteSource(data), new CondaPlaceholder(Placeholder, isBinary), prefix, "x"));
}
