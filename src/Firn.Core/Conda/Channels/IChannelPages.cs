namespace Firn.Conda.Channels;

/// <summary>Where the pages of channels come from: the network, a folder, a test.</summary>
internal interface IChannelPages
{
    /// <summary>
    /// The page's bytes as they are served, to be read once and disposed; <see langword="null"/> where there is none.
    /// </summary>
    /// <param name="url">The address, which may carry credentials.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="Common.FirnException">The server cannot be asked, or refuses.</exception>
    public Stream? Open(string url, CancellationToken cancellation);
}
