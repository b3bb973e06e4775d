namespace Firn.Images;

/// <summary>
/// The tags of one image of an installation. They differ in one word: <c>latest</c>, or the short commit that it was built
/// from. Two orders are in use: <c>amd64-cuda-run-latest-root</c>, and <c>amd64-cuda-root-latest</c> of later checkouts of
/// the labs' template.
/// </summary>
/// <param name="Latest">The tag with <c>latest</c> in it.</param>
internal sealed record ImageTag(string Latest)
{
    private const string Word = "latest";

    /// <summary>The tag of a commit; <see langword="null"/> where the tag has no word <c>latest</c> to put it for.</summary>
    public string? OfCommit(string commit)
    {
        var parts = Latest.Split('-');
        var at = Array.LastIndexOf(parts, Word);
        if (at < 0)
        {
            return null;
        }

        parts[at] = commit;
        return string.Join('-', parts);
    }

    /// <summary>The commit that a tag of this image names; <see langword="null"/> where it is none of a commit.</summary>
    public string? CommitIn(string tag)
    {
        var (own, parts) = (Latest.Split('-'), tag.Split('-'));
        var at = Array.LastIndexOf(own, Word);
        if (at < 0 || parts.Length != own.Length)
        {
            return null;
        }

        var commit = parts[at];
        parts[at] = Word;
        return parts.SequenceEqual(own) && commit.All(char.IsAsciiHexDigitLower) ? commit : null;
    }
}
