using System.Text;
using Firn.Common.Files;

namespace Firn.Git;

/// <summary>
/// A pattern of <c>.gitignore</c> or <c>.gitattributes</c> (gitignore(5); git: dir.c <c>match_basename</c>,
/// <c>match_pathname</c>). Git compares bytes, so both sides are taken as characters of one byte each.
/// </summary>
internal sealed class GitPattern
{
    private readonly string _text;
    private readonly bool _isPath;

    /// <summary>How much of a path is compared as it is, before the first character that means something else.</summary>
    private readonly int _literalLength;

    /// <param name="text">The pattern without its mark for folders at the end.</param>
    public GitPattern(string text)
    {
        _isPath = text.Contains('/', StringComparison.Ordinal);
        _text = AsBytes(text.StartsWith('/') ? text[1..] : text);
        var special = _text.AsSpan().IndexOfAny(@"*?[\");
        _literalLength = !_isPath ? 0 : special < 0 ? _text.Length : special;
    }

    /// <summary>Whether a path matches.</summary>
    /// <param name="path">The path, from <see cref="AsBytes"/>.</param>
    /// <param name="folderLength">How much of it is the folder that the pattern's file lies in.</param>
    /// <param name="ignoreCase"><c>core.ignorecase</c>.</param>
    public bool Matches(string path, int folderLength, bool ignoreCase)
    {
        if (!_isPath)
        {
            return WildMatch.IsMatch(_text, path[(path.LastIndexOf('/') + 1)..], ignoreCase);
        }

        // Stars right behind the literal part stand at the start of what is left, so that a**/b is as good as a/**/b.
        var end = folderLength + _literalLength;
        return path.Length >= end
            && WildMatch.IsMatch(_text[.._literalLength], path[folderLength..end], ignoreCase)
            && WildMatch.IsMatch(_text[_literalLength..], path[end..], ignoreCase);
    }

    /// <summary>A path as the characters that git sees.</summary>
    public static string AsBytes(string path) => Ascii.IsValid(path) ? path : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(path));
}
