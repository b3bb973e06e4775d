using System.Collections.Immutable;

namespace Firn.Python.Versions;

/// <summary>Reads versions by PEP 440's pattern (appendix B), which packaging uses; by hand, since a Regex costs 3 ms.</summary>
internal ref struct Pep440Parser(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = PythonText.Strip(text);
    private int _at;

    /// <summary>The version, or <see langword="null"/>.</summary>
    public Pep440Version? Parse()
    {
        if (_at < _text.Length && _text[_at] is 'v' or 'V')
        {
            _at++;
        }

        var epoch = ReadEpoch();
        if (ReadRelease() is not { } release)
        {
            return null;
        }

        var (preLabel, preNumber) = ReadPre();
        var post = ReadPost();
        var development = ReadLabelled("dev");
        if (ReadLocal() is not { } local || _at != _text.Length)
        {
            return null;
        }

        return new Pep440Version
        {
            Epoch = epoch,
            Release = release,
            PreLabel = preLabel,
            PreNumber = preNumber,
            Post = post,
            Development = development,
            Local = local,
        };
    }

    private string ReadEpoch()
    {
        var start = _at;
        if (ReadNumber() is { } epoch && _at < _text.Length && _text[_at] == '!')
        {
            _at++;
            return epoch;
        }

        _at = start;
        return "0";
    }

    private ImmutableArray<string>? ReadRelease()
    {
        if (ReadNumber() is not { } first)
        {
            return null;
        }

        var numbers = ImmutableArray.CreateBuilder<string>();
        numbers.Add(first);
        while (_at + 1 < _text.Length && _text[_at] == '.' && char.IsAsciiDigit(_text[_at + 1]))
        {
            _at++;
            numbers.Add(ReadNumber()!);
        }

        return numbers.DrainToImmutable();
    }

    private (string? Label, string? Number) ReadPre()
    {
        foreach (var (spelling, label) in Labels)
        {
            if (ReadLabelled(spelling) is { } number)
            {
                return (label, number);
            }
        }

        return (null, null);
    }

    /// <summary>The longer spelling stands before its own beginning.</summary>
    private static ReadOnlySpan<(string Spelling, string Label)> Labels => new[]
    {
        ("alpha", "a"), ("a", "a"), ("beta", "b"), ("b", "b"), ("preview", "rc"), ("pre", "rc"), ("c", "rc"), ("rc", "rc"),
    };

    private string? ReadPost()
    {
        var start = _at;
        if (_at < _text.Length && _text[_at] == '-')
        {
            _at++;
            if (ReadNumber() is { } number)
            {
                return number;
            }

            _at = start;
        }

        return ReadLabelled("post") ?? ReadLabelled("rev") ?? ReadLabelled("r");
    }

    /// <summary><c>[-_.]?LABEL[-_.]?[0-9]*</c>: the number, 0 where it is left out.</summary>
    private string? ReadLabelled(string label)
    {
        var start = _at;
        SkipSeparator();
        if (!_text[_at..].StartsWith(label, StringComparison.OrdinalIgnoreCase))
        {
            _at = start;
            return null;
        }

        _at += label.Length;
        SkipSeparator();
        return ReadNumber() ?? "0";
    }

    private ImmutableArray<string>? ReadLocal()
    {
        if (_at == _text.Length || _text[_at] != '+')
        {
            return [];
        }

        var parts = ImmutableArray.CreateBuilder<string>();
        do
        {
            var start = ++_at;
            while (_at < _text.Length && char.IsAsciiLetterOrDigit(_text[_at]))
            {
                _at++;
            }

            if (_at == start)
            {
                return null;
            }

            parts.Add(LocalPart(_text[start.._at]));
        }
        while (_at < _text.Length && _text[_at] is '-' or '_' or '.');

        return parts.DrainToImmutable();
    }

    private static string LocalPart(ReadOnlySpan<char> part) =>
        part.ContainsAnyExceptInRange('0', '9') ? part.ToString().ToLowerInvariant() : WithoutZeros(part);

    private string? ReadNumber()
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        return _at == start ? null : WithoutZeros(_text[start.._at]);
    }

    private static string WithoutZeros(ReadOnlySpan<char> digits)
    {
        var trimmed = digits.TrimStart('0');
        return trimmed.IsEmpty ? "0" : trimmed.ToString();
    }

    private void SkipSeparator()
    {
        if (_at < _text.Length && _text[_at] is '-' or '_' or '.')
        {
            _at++;
        }
    }
}
