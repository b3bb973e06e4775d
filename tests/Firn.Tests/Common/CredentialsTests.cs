using Firn.Common;

namespace Firn.Tests.Common;

public sealed class CredentialsTests
{
    [Theory]
    [InlineData("https://user:pw@github.com/a/b.git", "https://github.com/a/b.git")]
    [InlineData("git+https://token@github.com/a/b.git@main#egg=b", "git+https://github.com/a/b.git@main#egg=b")]
    [InlineData("https://user:p@ss@host/x", "https://host/x")]
    [InlineData("https://conda.anaconda.org/t/to-KEN_1/priv/linux-64", "https://conda.anaconda.org/priv/linux-64")]
    [InlineData("https://u:p@host/t/TOKEN/ch", "https://host/ch")]
    [InlineData("ssh://user:pw@host/x", "ssh://host/x")]
    [InlineData("ssh://git@github.com/me/repo.git", "ssh://git@github.com/me/repo.git")]
    [InlineData("git+ssh://me@host/x", "git+ssh://me@host/x")]
    [InlineData("git@github.com:me/repo.git", "git@github.com:me/repo.git")]
    [InlineData("https://host/path@2", "https://host/path@2")]
    [InlineData("https://host?x=a@b", "https://host?x=a@b")]
    [InlineData("https://host/x.whl?token=a#sha256=b", "https://host/x.whl#sha256=b")]
    [InlineData("https://host/x.whl?a=1&X-Amz-Signature=s&X-Amz-Credential=c&b=2", "https://host/x.whl?a=1&b=2")]
    [InlineData("https://host/x.whl?sv=1&sig=a%2Bb", "https://host/x.whl?sv=1")]
    [InlineData("name @ https://host/x?private_token=a ; python_version < '4'", "name @ https://host/x ; python_version < '4'")]
    [InlineData("https://host/x?design=1&v=2", "https://host/x?design=1&v=2")]
    [InlineData("https://host/x?author=ana&authors=2&authorization=a", "https://host/x?author=ana&authors=2")]
    [InlineData("https://host/cb#access_token=a&state=1", "https://host/cb#state=1")]
    [InlineData("https://host/cb?a=1#id_token=a", "https://host/cb?a=1")]
    [InlineData("https://host/x?key=AIzaSyA-abcdefghijklmnopqrstuvwxyz01234&v=1", "https://host/x?v=1")]
    [InlineData("https://host/ccc?key=0AqYzTbl&output=csv", "https://host/ccc?key=0AqYzTbl&output=csv")]
    [InlineData("https://host/x.whl#sha256=b&subdirectory=auth", "https://host/x.whl#sha256=b&subdirectory=auth")]
    [InlineData("https://u:p@host/a,https://u2:p2@host2/b", "https://host/a,https://host2/b")]
    [InlineData("https://host/?next=https://u:p@h2/", "https://host/?next=https://h2/")]
    [InlineData("postgresql://u:p/w#x@host/db", "postgresql://host/db")]
    [InlineData("https://host:8080/path@2", "https://host:8080/path@2")]
    [InlineData("jdbc:oracle:thin:u/p@h:1", "jdbc:oracle:thin:@h:1")]
    [InlineData("jdbc:oracle:thin:@//h:1/x", "jdbc:oracle:thin:@//h:1/x")]
    [InlineData("file:///srv/t/", "file:///srv/t/")]
    [InlineData("not a url", "not a url")]
    public void Remove_takes_secrets_and_nothing_else(string url, string expected) =>
        Assert.Equal(expected, Credentials.Remove(url));

    [Theory]
    [InlineData("no url", "no url")]
    [InlineData("", "")]
    [InlineData("for url <https://u:p@h/t/tk-1/c/x>\nand\thttps://u:p@i/y?sig=1 twice ", "for url <https://h/c/x>\nand\thttps://i/y twice ")]
    [InlineData("in /home/t/work on git@host:x", "in /home/t/work on git@host:x")]
    public void RemoveFromText_takes_them_out_of_every_URL(string text, string expected) =>
        Assert.Equal(expected, Credentials.RemoveFromText(text));
}
