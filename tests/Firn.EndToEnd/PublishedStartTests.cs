using Firn.EndToEnd.Support;

namespace Firn.EndToEnd;

public sealed class PublishedStartTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [Fact]
    public void Version_published_returns_0()
    {
        var result = firn.Run("--version").MustReturn(0);

        Assert.Equal(string.Empty, result.StandardError);
    }
}
