namespace Firn.Storage.Contents;

/// <summary>What follows a bundle's digits in the name of one of its files.</summary>
/// <param name="Tag">For bytecode its cache tag.</param>
/// <param name="IsIndex">Whether it is the index, not the archive.</param>
/// <param name="IsZstandard">Whether it is an archive of zstd, not gzip.</param>
internal sealed record BundleFileName(string? Tag, bool IsIndex, bool IsZstandard)
{
    /// <summary>Reads <c>json</c>, <c>tar.zst</c> or <c>tar.gz</c>, with a tag and a dot before it or not.</summary>
    /// <returns><see langword="null"/> for anything else.</returns>
    public static BundleFileName? Parse(string rest)
    {
        foreach (var extension in (ReadOnlySpan<string>)["json", "tar.zst", "tar.gz"])
        {
            if (rest == extension)
            {
                return Of(null, extension);
            }

            if (rest.EndsWith("." + extension, StringComparison.Ordinal))
            {
                var tag = rest[..^(extension.Length + 1)];
                return IsTag(tag) ? Of(tag, extension) : null;
            }
        }

        return null;
    }

    private static BundleFileName Of(string? tag, string extension) =>
        new(tag, extension == "json", extension == "tar.zst");

    private static bool IsTag(string tag)
    {
        foreach (var character in tag)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return false;
            }
        }

        return tag.Length is > 0 and <= 64;
    }
}
