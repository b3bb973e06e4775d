using Firn.Common;
using Firn.Fetching;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Fetching;

public sealed class FetchLocationTests
{
    private static readonly string[] Pieces =
    [
        "http://", "https://", "file://", "file:", "/", "//", "@", ":", "#", "?", "%2e%2e", "%00", "\\", "[", "]", "::1",
        "user", "s3cret", "host.org", ":80", "..", " ", "\n", "é", "/t/tok/", "sha256=", "C:\\",
    ];

    [Theory]
    [InlineData("https://h.org/a+b%2Bc/%2F?x=%20#frag", "https://h.org/a+b%2Bc/%2F?x=%20")]
    [InlineData("HTTPS://H.org:443/a/../b", "https://h.org/b")]
    [InlineData("http://[::1]:8080/a", "http://[::1]:8080/a")]
    [InlineData("https://h.org/a b", "https://h.org/a%20b")]
    [InlineData("https://h.org", "https://h.org/")]
    [InlineData("https://h.org?x", "https://h.org/?x")]
    [InlineData("https://h.org/1!2.0_x~y", "https://h.org/1!2.0_x~y")]
    public void Parse_keeps_the_path_as_it_is_written(string text, string expected) =>
        Assert.Equal(expected, FetchLocation.Parse(text, "/work").Address!.AbsoluteUri);

    [Theory]
    [InlineData("a/b.whl", "/work/a/b.whl")]
    [InlineData("c:d.whl", "/work/c:d.whl")]
    [InlineData("1://x", "/work/1:/x")]
    [InlineData("/a%20b", "/a%20b")]
    public void Parse_takes_all_else_for_a_path(string text, string expected) =>
        Assert.Equal(expected, FetchLocation.Parse(text, "/work").LocalPath);

    [Fact]
    public void Parse_takes_any_text()
    {
        // A scheme is shown, so that none of these begins with a secret.
        var texts = Gen.ArrayOf(Gen.Elements(Pieces)).Zip(Gen.Elements(Pieces[..6]))
            .Select(pair => pair.Item2 + string.Concat(pair.Item1)).ToArbitrary();
        Prop.ForAll(texts, text =>
        {
            try
            {
                var location = FetchLocation.Parse(text, "/work");
                Assert.True((location.Address is null) != (location.LocalPath is null));
                if (location.Address is { } address)
                {
                    Assert.Empty(address.UserInfo);
                    Assert.Empty(address.Fragment);
                    Assert.True(address.Scheme is "http" or "https");
                }
                else
                {
                    Assert.True(Path.IsPathFullyQualified(location.LocalPath!));
                }
            }
            catch (FirnException exception)
            {
                Assert.DoesNotContain("s3cret", exception.Message, StringComparison.Ordinal);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}
