namespace Firn.Python.Indexes;

/// <summary>Asks indexes. Several threads may do so at a time.</summary>
internal interface IIndexPages
{
    /// <summary>The page; <see langword="null"/> where the index has none (404).</summary>
    /// <param name="url">An <c>http</c> or <c>https</c> URL, which may hold credentials.</param>
    /// <param name="accept">The header <c>Accept</c>.</param>
    /// <param name="cancellation">Stops it.</param>
    public IndexPage? Read(string url, string accept, CancellationToken cancellation);
}
