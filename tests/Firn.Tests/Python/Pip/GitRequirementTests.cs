using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Pip;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Pip;

public sealed class GitRequirementTests
{
    // The cases of pip's own test_git_remote_url_to_pip.
    [Theory]
    [InlineData("https://user@server/path/to/repo.git", "https://user@server/path/to/repo.git")]
    [InlineData("git://host/x", "git://host/x")]
    [InlineData("git@example.com:foo/bar.git", "ssh://git@example.com/foo/bar.git")]
    [InlineData("host:path", "ssh://host/path")]
    [InlineData("host:~/path", null)]
    [InlineData("C:/foo/bar", null)]
    [InlineData(@"C:\foo\bar", null)]
    [InlineData("host:a:b", null)]
    [InlineData("/no/such/repository.git", null)]
    [InlineData("ext::sh -c x", null)]
    [InlineData("", null)]
    public void TranslateRemote_gives_what_pip_takes(string remote, string? url) =>
        Assert.Equal(url, GitRequirement.TranslateRemote(remote));

    [Fact]
    public void ChooseRemote_prefers_origin_and_ends_at_a_blank()
    {
        ImmutableArray<string> lines = ["remote.alpha.url https://a", "remote.origin.url foo bar", "remote.zeta.url z"];
        Assert.Equal("foo", GitRequirement.ChooseRemote(lines));
        Assert.Equal("https://a", GitRequirement.ChooseRemote([lines[0], lines[2]]));
        Assert.Equal(string.Empty, GitRequirement.ChooseRemote(["remote.alpha.url"]));
    }

    [Theory]
    [InlineData("file:///srv/a%20b", "/srv/a b")]
    [InlineData("file://localhost/srv", "/srv")]
    [InlineData("file:/srv?x#y", "/srv")]
    [InlineData("file://host/srv", null)]
    [InlineData("https://host/srv", null)]
    public void ToPath_reads_local_file_urls_only(string url, string? path) => Assert.Equal(path, FileUrl.ToPath(url));

    [Fact]
    public void FromPath_and_ToPath_are_inverse() =>
        Prop.ForAll<NonEmptyString>(text =>
        {
            var path = "/a" + string.Concat(text.Get.Where(c => c is not ('/' or '.') && !char.IsSurrogate(c)));
            return FileUrl.ToPath(FileUrl.FromPath(path)) == path;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("Foo.Bar[extra]>=1,<2 ; python_version > '3'  # why", "Foo.Bar")]
    [InlineData("foo", "foo")]
    [InlineData("foo @ https://x/foo.whl", "foo")]
    [InlineData("-e git+https://x/y.git@main#egg=foo_bar&subdirectory=s", "foo_bar")]
    [InlineData("--editable=git+https://x/y.git#egg=foo", "foo")]
    [InlineData("https://x/foo_bar-1.0-py3-none-any.whl", "foo_bar")]
    [InlineData("./some/folder", null)]
    [InlineData("-e .", null)]
    public void NameOf_finds_the_project_of_a_line(string line, string? name) => Assert.Equal(name, RequirementLine.NameOf(line));
}
