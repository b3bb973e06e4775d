using Firn.Common;
using Firn.Fetching;

namespace Firn.Tests.Fetching;

/// <summary>A server, a fetcher and an empty folder for what it fetches.</summary>
internal sealed class FetchFixture : IDisposable
{
    private readonly Fetcher _fetcher;

    public FetchFixture(FetchOptions? options = null, params (string Name, string Value)[] variables)
    {
        Directory.CreateDirectory(Downloads);
        _fetcher = new Fetcher(options ?? FetchSamples.Options, FetchSamples.SystemContext(Home, variables));
    }

    public TemporaryFolder Home { get; } = new();

    public LoopbackServer Server { get; } = new();

    public string Downloads => Home["downloads"];

    public FetchProgress Progress => _fetcher.Progress;

    public DownloadedFile Fetch(FetchRequest request, CancellationToken cancellationToken = default) =>
        _fetcher.Fetch(request, Downloads, cancellationToken);

    public FetchedDocument? Read(string url, int limit = 1 << 20) =>
        _fetcher.TryReadDocument(url, "text/html", limit, CancellationToken.None);

    /// <summary>Fetches what cannot be had, and looks that nothing is left behind.</summary>
    public FirnException Fail(FetchRequest request)
    {
        var received = (Progress.BytesReceived, Progress.BytesExpected, Progress.FilesDone);
        var failure = Assert.Throws<FirnException>(() => Fetch(request));
        Assert.Empty(FetchSamples.FilesIn(Downloads));
        Assert.Equal(received, (Progress.BytesReceived, Progress.BytesExpected, Progress.FilesDone));
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }

    public void Dispose()
    {
        _fetcher.Dispose();
        Server.Dispose();
        Home.Dispose();
    }
}
