namespace Firn.Conda;

/// <summary>A run of digits or of other characters in a version: text before numbers, <c>post</c> behind all numbers.</summary>
internal sealed class CondaVersionPart : IComparable<CondaVersionPart>
{
    private readonly Kind _kind;
    private readonly string _text;

    private CondaVersionPart(Kind kind, string text) => (_kind, _text) = (kind, text);

    private enum Kind
    {
        Text,
        Number,
        Infinity,
    }

    public static CondaVersionPart Zero { get; } = new(Kind.Number, string.Empty);

    public static CondaVersionPart Parse(string text)
    {
        if (char.IsAsciiDigit(text[0]))
        {
            // Numbers have any length: without leading zeros, the longer one is the larger.
            return new CondaVersionPart(Kind.Number, text.TrimStart('0'));
        }

        return text switch
        {
            "post" => new CondaVersionPart(Kind.Infinity, string.Empty),
            // Upper case sorts before all other texts, which are lower case.
            "dev" => new CondaVersionPart(Kind.Text, "DEV"),
            _ => new CondaVersionPart(Kind.Text, text),
        };
    }

    public int CompareTo(CondaVersionPart? other)
    {
        if (other is null)
        {
            return 1;
        }

        if (_kind != other._kind)
        {
            return _kind < other._kind ? -1 : 1;
        }

        return _kind == Kind.Number && _text.Length != other._text.Length
            ? _text.Length.CompareTo(other._text.Length)
            : string.CompareOrdinal(_text, other._text);
    }

    public bool StartsWith(CondaVersionPart start) => start._kind == Kind.Text
        ? _kind == Kind.Text && _text.StartsWith(start._text, StringComparison.Ordinal)
        : CompareTo(start) == 0;
}
