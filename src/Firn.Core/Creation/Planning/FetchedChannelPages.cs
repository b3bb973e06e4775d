using Firn.Conda.Channels;
using Firn.Fetching;

namespace Firn.Creation.Planning;

/// <summary>The pages of channels, by a fetcher; as they are served, mostly compressed.</summary>
internal sealed class FetchedChannelPages(Fetcher fetcher) : IChannelPages
{
    /// <summary>conda-forge's largest page has 50 MB compressed, and 400 where a channel compresses none.</summary>
    private const int Limit = 1024 * 1024 * 1024;

    public Stream? Open(string url, CancellationToken cancellation) =>
        fetcher.TryReadDocument(url, "*/*", Limit, cancellation) is { } document
            ? new MemoryStream(document.Content, writable: false)
            : null;
}
