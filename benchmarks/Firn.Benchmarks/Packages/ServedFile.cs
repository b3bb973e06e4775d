namespace Firn.Benchmarks.Packages;

/// <summary>What a server answers to a path: a file, or a page in memory.</summary>
/// <param name="Path">The file; <see langword="null"/> for a page.</param>
/// <param name="Page">The page.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Tag">Its entity tag, in quotes.</param>
internal sealed record ServedFile(string? Path, byte[] Page, string ContentType, string Tag)
{
    /// <summary>When it was changed, as HTTP writes it: for clients that ask with it; <see langword="null"/> where nobody is told.</summary>
    public string? Modified { get; init; }

    /// <summary>What PyPI says of its files and of its pages.</summary>
    public string CacheControl => Path is null ? "max-age=600, public" : "max-age=365000000, immutable, public";

    public long Length => Path is null ? Page.Length : new FileInfo(Path).Length;
}
