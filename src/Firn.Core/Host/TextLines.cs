namespace Firn.Host;

/// <summary>The lines of a text, ended by LF.</summary>
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

        var end = _rest.IndexOf('\n');
        Current = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? [] : _rest[(end + 1)..];
        return true;
    }
}
