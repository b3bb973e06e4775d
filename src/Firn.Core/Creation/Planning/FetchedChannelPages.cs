using Firn.Conda.Channels;
using Firn.Fetching;

namespace Firn.Creation.Planning;

/// <summary>The pages of channels, by a fetcher: conda-forge's has hundreds of megabytes, so it is a file while it is read.</summary>
internal sealed class FetchedChannelPages(Fetcher fetcher) : IChannelPages
{
    public Stream? Open(string url, CancellationToken cancellation)
    {
        try
        {
            var file = fetcher.Fetch(new FetchRequest { Url = url }, Path.GetTempPath(), cancellation);
            return new FetchedStream(file);
        }
        catch (FileMissingException)
        {
            return null;
        }
    }
}
