using System.Text;
using Firn.Conda.Channels;

namespace Firn.Tests.Conda.Channels;

/// <summary>Pages that a test wrote; keeps which were asked for.</summary>
internal sealed class MemoryPages : IChannelPages
{
    private readonly Dictionary<string, byte[]> _pages = new(StringComparer.Ordinal);

    public List<string> Asked { get; } = [];

    public MemoryPages Add(string url, string text) => Add(url, Encoding.UTF8.GetBytes(text));

    public MemoryPages Add(string url, byte[] bytes)
    {
        _pages[url] = bytes;
        return this;
    }

    public Stream? Open(string url, CancellationToken cancellation)
    {
        Asked.Add(url);
        return _pages.TryGetValue(url, out var bytes) ? new MemoryStream(bytes, writable: false) : null;
    }
}
