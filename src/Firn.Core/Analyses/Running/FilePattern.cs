using Firn.Git;

namespace Firn.Analyses.Running;

/// <summary>
/// A path or a glob of <c>firn.yaml</c>: <c>*</c>, <c>?</c> and <c>[...]</c> within a part, <c>**</c> for any folders. What
/// matches a folder means all files in it.
/// </summary>
internal sealed class FilePattern
{
    private readonly string _pattern;

    /// <param name="text">As written.</param>
    /// <param name="folder">The project's folder, absolute.</param>
    public FilePattern(string text, string folder)
    {
        Text = text;
        var parts = text.TrimEnd('/').Split('/');
        var plain = 0;
        while (plain < parts.Length && parts[plain].AsSpan().IndexOfAny('*', '?', '[') < 0)
        {
            plain++;
        }

        IsPlain = plain == parts.Length;
        Start = Path.GetFullPath(string.Join('/', parts[..plain]) is { Length: > 0 } fixedPart ? fixedPart : Rooted(text), folder);
        _pattern = string.Join('/', parts[plain..]);
    }

    public string Text { get; }

    /// <summary>Whether it is one path.</summary>
    public bool IsPlain { get; }

    /// <summary>The path, or the folder below which everything that matches lies; absolute.</summary>
    public string Start { get; }

    /// <summary>Whether an absolute path, or a folder it is in, is meant.</summary>
    public bool Matches(string path)
    {
        if (!Common.RealPath.IsWithin(path, Start))
        {
            return false;
        }

        return IsPlain || MatchesBelow(path[Start.Length..].TrimStart('/'));
    }

    /// <summary>Whether a path relative to <see cref="Start"/>, or a folder it is in, is meant.</summary>
    public bool MatchesBelow(string relative)
    {
        for (var end = relative.Length; end > 0; end = relative.LastIndexOf('/', end - 1))
        {
            if (WildMatch.IsMatch(_pattern, relative[..end]))
            {
                return true;
            }
        }

        return false;
    }

    private static string Rooted(string text) => text.StartsWith('/') ? "/" : ".";
}
