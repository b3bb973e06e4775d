using Firn.Fetching;
using Firn.Python.Indexes;

namespace Firn.Creation.Planning;

/// <summary>The pages of indexes, by a fetcher.</summary>
internal sealed class FetchedIndexPages(Fetcher fetcher) : IIndexPages
{
    /// <summary>PyPI's largest page has 15 MB.</summary>
    private const int Limit = 256 * 1024 * 1024;

    public IndexPage? Read(string url, string accept, CancellationToken cancellation) =>
        fetcher.TryReadDocument(url, accept, Limit, cancellation) is { } document
            ? new IndexPage(document.Content, document.ContentType, document.Url)
            : null;
}
