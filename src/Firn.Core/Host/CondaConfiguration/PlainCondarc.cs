using System.Buffers;
using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Yaml;

namespace Firn.Host.CondaConfiguration;

/// <summary>
/// Reads the YAML that most <c>.condarc</c> files are: settings of one word or of a list of words, without quotes, nested
/// values, anchors. Where native code cannot be had, starting a YAML parser takes a capture 2 ms, a thirtieth of its time.
/// </summary>
internal sealed class PlainCondarc
{
    private static readonly SearchValues<char> Words =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:$~@+=-");

    private readonly ImmutableArray<YamlEntry>.Builder _entries = ImmutableArray.CreateBuilder<YamlEntry>();
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly ImmutableArray<YamlNode>.Builder _items = ImmutableArray.CreateBuilder<YamlNode>();
    private YamlText? _listKey;
    private int _indentation;

    /// <summary>The settings as the YAML parser reads them; <see langword="null"/> where only that can tell.</summary>
    public static YamlMap? TryRead(string text)
    {
        // YAML 1.1 ends lines at three characters beyond ASCII, too, and takes tabs for an error here and there.
        if (text.AsSpan().ContainsAnyExceptInRange('\n', '~') || text.AsSpan().ContainsAnyInRange('\u000b', '\u000c')
            || text.AsSpan().ContainsAnyInRange('\u000e', '\u001f'))
        {
            return null;
        }

        var reader = new PlainCondarc();
        var number = 0;
        foreach (var line in new TextLines(text))
        {
            number++;
            if (!reader.Take(line, number))
            {
                return null;
            }
        }

        return reader.EndList() ? new YamlMap(reader._entries.DrainToImmutable(), 1, 1) : null;
    }

    private bool Take(ReadOnlySpan<char> line, int number)
    {
        line = (line.IndexOf(" #") is >= 0 and var comment ? line[..comment] : line).TrimEnd(' ');
        if (line.IsEmpty || line[0] == '#')
        {
            return true;
        }

        var indentation = line.IndexOfAnyExcept(' ');
        if (line[indentation..].StartsWith("- "))
        {
            return TakeItem(line[(indentation + 2)..], indentation, number);
        }

        var colon = line.IndexOf(':');
        return indentation == 0 && colon > 0 && EndList() && TakeSetting(line[..colon], line[(colon + 1)..], number);
    }

    private bool TakeItem(ReadOnlySpan<char> text, int indentation, int number)
    {
        _indentation = _items.Count == 0 ? indentation : _indentation;
        if (_listKey is null || indentation != _indentation || Word(text, number) is not { } item)
        {
            return false;
        }

        _items.Add(item);
        return true;
    }

    private bool TakeSetting(ReadOnlySpan<char> name, ReadOnlySpan<char> value, int number)
    {
        if (Word(name, number) is not { } key || !_keys.Add(key.Value))
        {
            return false;
        }

        if (value.IsEmpty)
        {
            _listKey = key;
            return true;
        }

        var node = value[0] == ' ' ? Value(value.Trim(' '), number) : null;
        _entries.Add(new YamlEntry(key, node ?? key));
        return node is not null;
    }

    private static YamlNode? Value(ReadOnlySpan<char> text, int number)
    {
        if (text is not ['[', .. var inner, ']'])
        {
            return Word(text, number);
        }

        var items = ImmutableArray.CreateBuilder<YamlNode>();
        foreach (var range in inner.Split(','))
        {
            if (Word(inner[range].Trim(' '), number) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return new YamlList(items.DrainToImmutable(), number, 1);
    }

    /// <summary>Puts the list that ends here to its key; a key without a value is left to the parser.</summary>
    private bool EndList()
    {
        if (_listKey is null)
        {
            return true;
        }

        var isFilled = _items.Count > 0;
        _entries.Add(new YamlEntry(_listKey, new YamlList(_items.DrainToImmutable(), _listKey.Line, 1)));
        _listKey = null;
        return isFilled;
    }

    private static YamlText? Word(ReadOnlySpan<char> text, int number)
    {
        text = text.Trim(' ');
        return !text.IsEmpty && text[0] is not ('-' or ':' or '@' or '=') && text[^1] != ':' && !text.ContainsAnyExcept(Words)
            ? new YamlText(text.ToString(), IsPlain: true, number, 1)
            : null;
    }
}
