using System.Text;
using Firn.Common.Files;
using Firn.Python.Metadata;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Metadata;

public sealed class MetadataHeadersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("firn-headers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Name: a\nVersion: 1\n\nName: b\n", "a")]
    [InlineData("Name: a\r\nVersion: 1\r\n\r\nbody", "a")]
    [InlineData("NAME:  a  \nVersion: 1", "a  ")]
    [InlineData("Name: a\n b\n\tc\nVersion: 1", "a\n b\n\tc")]
    [InlineData("From x\nName: a", "a")]
    [InlineData(" first\nName: a", "a")]
    [InlineData("not a header\nName: a", null)]
    [InlineData("\ufeffName: a", null)]
    [InlineData("", null)]
    public void First_is_what_pythons_email_parser_gives(string file, string? name) =>
        Assert.Equal(name, MetadataHeaders.Parse(Encoding.UTF8.GetBytes(file)).First("Name"));

    [Fact]
    public void All_gives_every_value_in_order() =>
        Assert.Equal(
            ["a", "b; extra == 'x'"],
            MetadataHeaders.Parse("Requires-Dist: a\nName: n\nrequires-dist: b; extra == 'x'\n"u8.ToArray()).All("Requires-Dist").ToArray());

    [Fact]
    public void IsUtf8_tells_broken_text_and_reading_goes_on()
    {
        var headers = MetadataHeaders.Parse(Encoding.Latin1.GetBytes("Name: a\nAuthor: Jörg\nVersion: 1\n"));
        Assert.False(headers.IsUtf8);
        Assert.Equal("1", headers.First("Version"));
    }

    [Fact]
    public void Read_stops_at_the_end_of_the_headers_of_a_huge_file()
    {
        var path = Path.Join(_folder, "METADATA");
        using (var file = File.Create(path))
        {
            file.Write("Name: a\nVersion: 1\n\n"u8);
            file.SetLength(1L << 32);
        }

        Assert.Equal("a", MetadataHeaders.Read(path, out _)!.First("Name"));
    }

    [Fact]
    public void Read_takes_headers_larger_than_one_buffer()
    {
        var path = Path.Join(_folder, "METADATA");
        var lines = string.Concat(Enumerable.Range(0, 5000).Select(i => $"Requires-Dist: package-{i}\n"));
        File.WriteAllText(path, "Name: a\n" + lines + "Version: 1\n\nVersion: 2\n");
        var headers = MetadataHeaders.Read(path, out _)!;
        Assert.Equal("1", headers.First("Version"));
        Assert.Equal(5000, headers.All("requires-dist").Length);
    }

    [Fact]
    public void Read_gives_up_on_endless_headers()
    {
        var path = Path.Join(_folder, "METADATA");
        File.WriteAllText(path, "Name: a\n" + new string(' ', 3 << 20));
        Assert.NotNull(MetadataHeaders.Read(path, out _));
    }

    [Fact]
    public void Read_of_a_folder_and_of_nothing_is_null()
    {
        Assert.Null(MetadataHeaders.Read(_folder, out _));
        Assert.Null(MetadataHeaders.Read(Path.Join(_folder, "no"), out var status));
        Assert.Equal(FileReadStatus.Missing, status);
    }

    [Fact]
    public void Parse_takes_any_bytes() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var headers = MetadataHeaders.Parse(bytes);
            return headers.All("Name").Length > 0 == headers.First("name") is not null;
        }).QuickCheckThrowOnFailure();
}
