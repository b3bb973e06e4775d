using System.Text;
using Firn.Python.Indexes;

namespace Firn.Tests.Python.Indexes;

/// <summary>An index in memory: the network is not what these tests are about.</summary>
internal sealed class StubPages : IIndexClient
{
    private readonly Dictionary<string, IndexPage> _pages = new(StringComparer.Ordinal);

    /// <summary>What was asked for, in order.</summary>
    public List<string> Asked { get; } = [];

    public StubPages Add(string url, string content, string contentType = "text/html")
    {
        _pages[url] = new IndexPage(Encoding.UTF8.GetBytes(content), contentType, url);
        return this;
    }

    public IndexPage? Read(string url, string accept, CancellationToken cancellation)
    {
        Asked.Add(url);
        return _pages.GetValueOrDefault(url);
    }
}
