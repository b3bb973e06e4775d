using System.Net;

namespace Firn.Python.Indexes;

/// <summary>
/// Finds the tags <c>a</c> and <c>base</c> of a page as Python's html.parser does: comments, scripts and whatever is no
/// tag are passed over. It looks at each character once or twice, whatever the page is.
/// </summary>
internal ref struct HtmlAnchorReader(ReadOnlySpan<char> page)
{
    // No tag of an index is longer; a page that is one endless tag must not become one endless text.
    private const int MaxAttributes = 64;

    private readonly ReadOnlySpan<char> _page = page;
    private int _at;

    /// <summary>The next tag; <see langword="null"/> at the end.</summary>
    public HtmlAnchor? Next()
    {
        while (_at < _page.Length)
        {
            var open = _page[_at..].IndexOf('<');
            if (open < 0)
            {
                break;
            }

            _at += open + 1;
            if (_page[_at..].StartsWith("!--"))
            {
                SkipPast("-->");
            }
            else if (_at < _page.Length && char.IsAsciiLetter(_page[_at]))
            {
                if (ReadTag() is { } anchor)
                {
                    return anchor;
                }
            }
            else if (_at < _page.Length && _page[_at] is '!' or '?' or '/')
            {
                SkipPast(">");
            }
        }

        _at = _page.Length;
        return null;
    }

    private HtmlAnchor? ReadTag()
    {
        var name = ReadUntil(" \t\r\n\f/>").ToString().ToLowerInvariant();
        var isWanted = name is "a" or "base";
        var attributes = ReadAttributes(isWanted);
        if (name is "script" or "style")
        {
            SkipPast("</" + name);
        }

        return isWanted ? new HtmlAnchor(name, attributes) : null;
    }

    private Dictionary<string, string> ReadAttributes(bool isWanted)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (_at < _page.Length)
        {
            while (_at < _page.Length && (IsBlank(_page[_at]) || _page[_at] == '/'))
            {
                _at++;
            }

            if (_at == _page.Length || _page[_at] == '>')
            {
                _at = Math.Min(_at + 1, _page.Length);
                break;
            }

            var start = _at;
            // A name may begin with '=' (HTML5 "Before attribute name state").
            _at++;
            _ = ReadUntil(" \t\r\n\f/>=");
            var name = _page[start.._at];
            var value = ReadValue();
            if (isWanted && attributes.Count < MaxAttributes)
            {
                attributes[name.ToString().ToLowerInvariant()] = WebUtility.HtmlDecode(value.ToString());
            }
        }

        return attributes;
    }

    private ReadOnlySpan<char> ReadValue()
    {
        var before = _at;
        SkipBlanks();
        if (_at == _page.Length || _page[_at] != '=')
        {
            _at = before;
            return [];
        }

        _at++;
        SkipBlanks();
        if (_at == _page.Length || _page[_at] is not ('"' or '\''))
        {
            return ReadUntil(" \t\r\n\f>");
        }

        var quote = _page[_at];
        var length = _page[(_at + 1)..].IndexOf(quote);
        var value = length < 0 ? _page[(_at + 1)..] : _page.Slice(_at + 1, length);
        _at = length < 0 ? _page.Length : _at + length + 2;
        return value;
    }

    private ReadOnlySpan<char> ReadUntil(ReadOnlySpan<char> ends)
    {
        var start = _at;
        var length = _page[_at..].IndexOfAny(ends);
        _at = length < 0 ? _page.Length : _at + length;
        return _page[start.._at];
    }

    private void SkipBlanks()
    {
        while (_at < _page.Length && IsBlank(_page[_at]))
        {
            _at++;
        }
    }

    private void SkipPast(string end)
    {
        var length = _page[_at..].IndexOf(end, StringComparison.OrdinalIgnoreCase);
        _at = length < 0 ? _page.Length : _at + length + end.Length;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n' or '\f';
}

/// <summary>A tag of a page with its attributes, decoded.</summary>
/// <param name="Name"><c>a</c> or <c>base</c>.</param>
/// <param name="Attributes">The attributes by name in lower case; of equal names the last.</param>
internal sealed record HtmlAnchor(string Name, IReadOnlyDictionary<string, string> Attributes)
{
    public string? Attribute(string name) => Attributes.GetValueOrDefault(name);
}
