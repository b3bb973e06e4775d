using Firn.Fetching;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Fetching;

public sealed class FileHashTests
{
    private static readonly string Hex = new('a', 64);

    [Theory]
    [InlineData("sha256=")]
    [InlineData("sha256:")]
    [InlineData("SHA256:")]
    public void TryParse_reads_both_spellings(string prefix)
    {
        Assert.True(FileHash.TryParse(prefix + Hex.ToUpperInvariant(), out var hash));
        Assert.Equal(new FileHash("sha256", Hex), hash);
        Assert.Equal("sha256:" + Hex, hash.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData("sha256:abc")]
    [InlineData("md5=0123456789abcdef0123456789abcdeg")]
    [InlineData("sha1=0123456789abcdef0123456789abcdef01234567")]
    [InlineData(":=")]
    public void TryParse_refuses_what_is_no_hash(string? text) => Assert.False(FileHash.TryParse(text, out _));

    [Fact]
    public void TryParse_takes_any_text() =>
        Prop.ForAll<string>(text =>
        {
            foreach (var input in (string?[])[text, "sha256:" + text, "md5=" + text])
            {
                if (FileHash.TryParse(input, out var hash))
                {
                    Assert.True(FileHash.TryParse(hash.ToString(), out var again));
                    Assert.Equal(hash, again);
                }
            }
        }).Check(Config.QuickThrowOnFailure);
}
