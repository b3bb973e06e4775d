namespace Firn.Common;

/// <summary>The lines of a text, ended by LF, CRLF or CR, as Python's universal newlines have them; an empty rest is not a line.</summary>
/// <remarks>EnumerateLines looks for six kinds of ends with code that is not precompiled.</remarks>
internal ref struct TextLines(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly TextLines GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var end = _rest.IndexOfAny('\r', '\n');
        if (end < 0)
        {
            Current = _rest;
            _rest = [];
            return true;
        }

        Current = _rest[..end];
        var isPair = _rest[end] == '\r' && end + 1 < _rest.Length && _rest[end + 1] == '\n';
        _rest = _rest[(end + (isPair ? 2 : 1))..];
        return true;
    }
}
