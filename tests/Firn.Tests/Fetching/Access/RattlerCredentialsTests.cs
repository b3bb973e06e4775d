using System.Text;
using Firn.Fetching.Access;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Fetching.Access;

public sealed class RattlerCredentialsTests
{
    /// <summary>The hosts of rattler's own test_host_wildcard_expansion (authentication_middleware.rs), asked for repo.prefix.dev.</summary>
    [Theory]
    [InlineData("repo.prefix.dev", true)]
    [InlineData("*.repo.prefix.dev", true)]
    [InlineData("*.prefix.dev", true)]
    [InlineData("*.dev", true)]
    [InlineData("repo.notprefix.dev", false)]
    [InlineData("*.repo.notprefix.dev", false)]
    [InlineData("*.notprefix.dev", false)]
    [InlineData("*.com", false)]
    public void Hosts_match_as_in_rattler(string host, bool isFound)
    {
        var file = Parse($$$"""{"{{{host}}}": {"BearerToken": "testtoken"}}""");

        var found = file.Find("repo.prefix.dev") ?? file.FindWildcard("repo.prefix.dev");

        Assert.Equal(isFound ? "Bearer testtoken" : null, found?.Header);
    }

    [Fact]
    public void Problems_hold_no_word_of_the_file() =>
        Assert.Equal("it is not JSON", Parse("""{"h": {"BearerToken": s3cret}}""").Problem);

    [Fact]
    public void Parse_takes_any_text()
    {
        string[] pieces =
            ["{", "}", "[", "]", "\"h\"", "\"*.h\"", ":", ",", "\"BearerToken\"", "\"BasicHTTP\"", "\"CondaToken\"", "\"\\ud800\"", "1", "null"];
        var texts = Gen.ArrayOf(Gen.Elements(pieces)).Select(string.Concat).ToArbitrary();
        Prop.ForAll(texts, text => Parse(text)).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
        Assert.Null(Parse("""{"h": {"BearerToken": "\ud800"}}""").Find("h"));
    }

    private static RattlerCredentials Parse(string text) => RattlerCredentials.Parse(Encoding.UTF8.GetBytes(text), "file");
}
