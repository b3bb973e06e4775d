using Firn.Common;
using Firn.Images;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Images;

/// <summary>Names of images, by the grammar of github.com/distribution/reference and its own test cases.</summary>
public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

    [Theory]
    [InlineData("test_com", "test_com", null, null, null)]
    [InlineData("test.com:tag", "test.com", "tag", null, null)]
    [InlineData("test.com:5000", "test.com", "5000", null, null)]
    [InlineData("test.com/repo:tag", "test.com/repo", "tag", null, "test.com")]
    [InlineData("test:5000/repo", "test:5000/repo", null, null, "test:5000")]
    [InlineData("test:5000/repo:tag@" + Digest, "test:5000/repo", "tag", Digest, "test:5000")]
    [InlineData("lab/alice/study:amd64-cuda-run-latest-root", "lab/alice/study", "amd64-cuda-run-latest-root", null, null)]
    [InlineData("localhost/x", "localhost/x", null, null, "localhost")]
    [InlineData("[2001:db8::1]:5000/repo", "[2001:db8::1]:5000/repo", null, null, "[2001:db8::1]:5000")]
    [InlineData("a__b/c---d/e.f", "a__b/c---d/e.f", null, null, null)]
    [InlineData("Registry.Example/x", "Registry.Example/x", null, null, "Registry.Example")]
    public void Reads(string text, string name, string? tag, string? digest, string? host)
    {
        var reference = ImageReference.Parse(text);

        Assert.Equal((name, tag, digest, host), (reference.Name, reference.Tag, reference.Digest, reference.Host));
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("Uppercase:tag", "not in lower case")]
    [InlineData("test:5000/Uppercase/x", "not in lower case")]
    [InlineData("lab//x", "is empty")]
    [InlineData("lab/x:", "the tag ''")]
    [InlineData("lab/x:.a", "the tag '.a'")]
    [InlineData("lab/x:a b", "the tag 'a b'")]
    [InlineData("lab/x@sha256:12", "is not a digest")]
    [InlineData("lab/a___b", "may hold")]
    [InlineData("lab/a..b", "may hold")]
    [InlineData("lab/-a", "may hold")]
    [InlineData("lab/a-", "may hold")]
    [InlineData("lab/a._b", "may hold")]
    [InlineData("lab/x --privileged", "may hold")]
    [InlineData("--privileged", "may hold")]
    [InlineData("host:port/x", "is not a registry")]
    [InlineData("https://host/x", "is not a registry")]
    public void Refuses_what_engines_refuse(string text, string reason)
    {
        var failure = Assert.Throws<FirnException>(() => ImageReference.Parse(text));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.InvalidRequest, failure.Kind);
    }

    [Fact]
    public void Tags_are_128_characters_at_most()
    {
        Assert.Equal(128, ImageReference.Parse("a:" + new string('t', 128)).Tag!.Length);
        Assert.Throws<FirnException>(() => ImageReference.Parse("a:" + new string('t', 129)));
    }

    /// <summary>Whatever is accepted cannot be taken for an option, and is read back as it was.</summary>
    [Fact]
    public void Nothing_that_is_accepted_can_be_an_option()
    {
        var pieces = Gen.Elements("a", "B", "0", "-", "_", ".", "/", ":", "@", " ", "\n", "--", "localhost", "sha256:", "ü", "[", "]");
        Prop.ForAll(pieces.ListOf().Select(static parts => string.Concat(parts)).ToArbitrary(), static text =>
        {
            try
            {
                var reference = ImageReference.Parse(text);
                Assert.Equal(text, reference.ToString());
                Assert.Matches("^[A-Za-z0-9[]", text);
                Assert.DoesNotContain(text, static character => char.IsWhiteSpace(character));
            }
            catch (FirnException)
            {
                // Refused.
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("amd64-cuda-run-latest-root", "1a2b3c4", "amd64-cuda-run-1a2b3c4-root")]
    [InlineData("run-latest-alice", "1a2b3c4", "run-1a2b3c4-alice")]
    [InlineData("amd64-cuda-root-latest", "1a2b3c4", "amd64-cuda-root-1a2b3c4")]
    [InlineData("amd64-latest-run-latest-root", "1a2b3c4", "amd64-latest-run-1a2b3c4-root")]
    public void A_tag_of_a_commit_has_it_in_place_of_latest(string latest, string commit, string expected)
    {
        var tag = new ImageTag(latest);

        Assert.Equal(expected, tag.OfCommit(commit));
        Assert.Equal(commit, tag.CommitIn(expected));
        Assert.Null(tag.CommitIn(latest));
        Assert.Null(tag.CommitIn(expected + "-x"));
    }
}
