using System.Collections.Immutable;
using Firn.Python.Versions;

namespace Firn.Python.Requirements;

/// <summary>A dependency specifier: <c>name[extra]&gt;=1; marker</c> or <c>name @ url; marker</c> (PEP 508).</summary>
internal sealed record Requirement
{
    /// <summary>The name as written.</summary>
    public required string Name { get; init; }

    /// <summary>The name as PEP 503 compares it.</summary>
    public string CanonicalName => Firn.Python.CanonicalName.Of(Name);

    /// <summary>The extras asked for, in canonical form, each once, sorted.</summary>
    public ImmutableArray<string> Extras { get; init; } = [];

    /// <summary>The versions that it takes.</summary>
    public VersionSpecifiers Specifiers { get; init; } = VersionSpecifiers.Any;

    /// <summary>Where it is to come from, with its fragment; it may hold credentials.</summary>
    public string? Url { get; init; }

    /// <summary>When it counts; <see langword="null"/> for always.</summary>
    public Marker? Marker { get; init; }

    /// <summary>Reads a dependency specifier; <see langword="null"/> with the reason where the text is none.</summary>
    public static Requirement? Parse(string text, out string? reason)
    {
        var parser = new RequirementParser(text);
        var requirement = parser.Parse();
        reason = parser.Reason;
        return requirement;
    }

    /// <summary>The requirement in its normal form, without credentials.</summary>
    public override string ToString()
    {
        var extras = Extras.IsEmpty ? string.Empty : $"[{string.Join(',', Extras)}]";
        var source = Url is null ? Specifiers.ToString() : " @ " + Firn.Common.Credentials.Remove(Url);
        var marker = Marker is null ? string.Empty : Url is null ? $"; {Marker}" : $" ; {Marker}";
        return string.Concat(Name, extras, source, marker);
    }
}

/// <summary>Reads a dependency specifier by the grammar of PEP 508 (packaging: _parser.py parse_requirement).</summary>
internal ref struct RequirementParser(string text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>Why it is none, where <see cref="Parse"/> gave nothing.</summary>
    public string? Reason { get; private set; }

    /// <summary>The requirement; <see langword="null"/> where the text is none.</summary>
    public Requirement? Parse()
    {
        SkipBlanks();
        if (ReadName() is not { } name)
        {
            Reason = "no package name at its start";
            return null;
        }

        SkipBlanks();
        if (ReadExtras() is not { } extras)
        {
            Reason = "its extras are not names between brackets";
            return null;
        }

        SkipBlanks();
        var requirement = new Requirement { Name = name, Extras = extras };
        return Peek() == '@' ? ReadUrl(requirement) : ReadSpecifiers(requirement);
    }

    private Requirement? ReadUrl(Requirement requirement)
    {
        _at++;
        SkipBlanks();
        var length = _text[_at..].IndexOfAny(' ', '\t');
        var url = length < 0 ? _text[_at..] : _text.Slice(_at, length);
        if (url.IsEmpty)
        {
            Reason = "no URL after @";
            return null;
        }

        _at += url.Length;
        SkipBlanks();
        return WithMarker(requirement with { Url = url.ToString() });
    }

    private Requirement? ReadSpecifiers(Requirement requirement)
    {
        var isEnclosed = Peek() == '(';
        var start = isEnclosed ? _at + 1 : _at;
        var length = isEnclosed ? _text[start..].IndexOf(')') : _text[start..].IndexOf(';');
        if (isEnclosed && length < 0)
        {
            Reason = "a parenthesis is not closed";
            return null;
        }

        var specifiers = length < 0 ? _text[start..] : _text.Slice(start, length);
        _at = start + specifiers.Length + (isEnclosed ? 1 : 0);
        if (HasEmptyPart(specifiers) || VersionSpecifiers.Parse(specifiers) is not { } parsed)
        {
            Reason = $"'{Shown(specifiers)}' is not a version specifier";
            return null;
        }

        SkipBlanks();
        return WithMarker(requirement with { Specifiers = parsed });
    }

    private Requirement? WithMarker(Requirement requirement)
    {
        if (_at == _text.Length)
        {
            return requirement;
        }

        if (_text[_at] != ';')
        {
            Reason = $"'{Shown(_text[_at..])}' follows where nothing or a marker may";
            return null;
        }

        if (Marker.Parse(_text[(_at + 1)..], out var reason) is not { } marker)
        {
            Reason = reason;
            return null;
        }

        return requirement with { Marker = marker };
    }

    /// <summary>A comma stands between two comparisons; one at the end is taken too, as packaging does.</summary>
    private static bool HasEmptyPart(ReadOnlySpan<char> specifiers)
    {
        while (specifiers.IndexOf(',') is >= 0 and var comma)
        {
            if (PythonText.Strip(specifiers[..comma]).IsEmpty)
            {
                return true;
            }

            specifiers = specifiers[(comma + 1)..];
        }

        return false;
    }

    private string? ReadName()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '-' or '_' or '.'))
        {
            _at++;
        }

        var name = _text[start.._at];
        return CanonicalName.IsValid(name) ? name.ToString() : null;
    }

    private ImmutableArray<string>? ReadExtras()
    {
        if (Peek() != '[')
        {
            return [];
        }

        var extras = new SortedSet<string>(StringComparer.Ordinal);
        do
        {
            _at++;
            SkipBlanks();
            if (extras.Count == 0 && Peek() == ']')
            {
                break;
            }

            if (ReadName() is not { } extra)
            {
                return null;
            }

            extras.Add(CanonicalName.Of(extra));
            SkipBlanks();
        }
        while (Peek() == ',');

        if (Peek() != ']')
        {
            return null;
        }

        _at++;
        return [.. extras];
    }

    private static string Shown(ReadOnlySpan<char> text)
    {
        var shown = Firn.Common.Credentials.Remove(PythonText.Strip(text).ToString());
        return shown.Length > 80 ? shown[..80] + "…" : shown;
    }

    private readonly char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private void SkipBlanks()
    {
        while (Peek() is ' ' or '\t')
        {
            _at++;
        }
    }
}
