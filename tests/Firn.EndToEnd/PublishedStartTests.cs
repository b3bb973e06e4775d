using Firn.EndToEnd.Support;

namespace Firn.EndToEnd;

[Collection(SharedParts.Name)]
public sealed class PublishedStartTests(PublishedFirn firn)
{
    [Fact]
    public void Version_published_returns_0()
    {
        var result = firn.Run("--version").MustReturn(0);

        Assert.Equal(string.Empty, result.StandardError);
    }
}
