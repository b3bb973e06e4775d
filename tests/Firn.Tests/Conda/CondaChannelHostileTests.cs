using System.Text;
using Firn.Conda;
using Firn.Conda.Prefixes;

namespace Firn.Tests.Conda;

/// <summary>Inputs that the fuzzer found.</summary>
public sealed class CondaChannelHostileTests
{
    [Theory]
    [InlineData("s://.conda", "s://.conda")]
    [InlineData("t://.tar.bz2", "t://.tar.bz2")]
    [InlineData("s:///.conda", "s:///")]
    [InlineData("/x.conda", "file:///x.conda")]
    [InlineData("/a/x.conda", "file:///a")]
    public void Parse_an_archive_without_a_folder_keeps_its_host(string url, string expected) =>
        Assert.Equal(expected, CondaChannel.Parse(url).CanonicalName);

    [Fact]
    public void Read_a_record_whose_url_is_only_a_host_is_a_package()
    {
        var json = """{"build":"","name":"","version":"","url":"t://.conda"}""";

        var package = CondaRecordReader.Read(Encoding.UTF8.GetBytes(json), out var error);

        Assert.True(package is not null || error is not null);
    }
}
