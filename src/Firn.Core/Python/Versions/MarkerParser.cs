using System.Collections.Immutable;

namespace Firn.Python.Versions;

/// <summary>Reads markers (packaging: _parser.py parse_marker): <c>and</c> binds before <c>or</c>, parentheses before both.</summary>
internal ref struct MarkerParser(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>Why it is none, where <see cref="Parse"/> gave nothing.</summary>
    public string? Reason { get; private set; }

    /// <summary>The marker; <see langword="null"/> where the text is none.</summary>
    public Marker? Parse()
    {
        var steps = ImmutableArray.CreateBuilder<MarkerStep>();
        // What waits for its right side; null is an open parenthesis.
        var waiting = new Stack<MarkerStep?>();
        do
        {
            if (!ReadAtom(steps, waiting) || !CloseParentheses(steps, waiting))
            {
                return null;
            }
        }
        while (ReadJoin(steps, waiting));

        if (_at < _text.Length)
        {
            return Fail("a marker goes on where it should end or have 'and' or 'or'");
        }

        while (waiting.TryPop(out var step))
        {
            if (step is null)
            {
                return Fail("a parenthesis of a marker is not closed");
            }

            steps.Add(step);
        }

        return new Marker(PythonText.Strip(_text).ToString(), steps.DrainToImmutable());
    }

    private bool ReadAtom(ImmutableArray<MarkerStep>.Builder steps, Stack<MarkerStep?> waiting)
    {
        SkipBlanks();
        while (Peek() == '(')
        {
            waiting.Push(null);
            _at++;
            SkipBlanks();
        }

        if (ReadOperand() is not { } left)
        {
            return false;
        }

        SkipBlanks();
        if (ReadOperator() is not { } comparison)
        {
            Fail("a marker lacks one of <=, <, !=, ==, >=, >, ~=, ===, in, not in");
            return false;
        }

        SkipBlanks();
        if (ReadOperand() is not { } right)
        {
            return false;
        }

        steps.Add(new MarkerStep(new MarkerComparison(left, comparison, right), false));
        return true;
    }

    private bool CloseParentheses(ImmutableArray<MarkerStep>.Builder steps, Stack<MarkerStep?> waiting)
    {
        SkipBlanks();
        while (Peek() == ')')
        {
            MarkerStep? step;
            do
            {
                if (!waiting.TryPop(out step))
                {
                    Fail("a parenthesis of a marker is closed twice");
                    return false;
                }

                if (step is not null)
                {
                    steps.Add(step);
                }
            }
            while (step is not null);

            _at++;
            SkipBlanks();
        }

        return true;
    }

    private bool ReadJoin(ImmutableArray<MarkerStep>.Builder steps, Stack<MarkerStep?> waiting)
    {
        var word = PeekWord();
        if (word is not ("and" or "or"))
        {
            return false;
        }

        _at += word.Length;
        var isAnd = word is "and";
        while (waiting.TryPeek(out var top) && top is not null && (!isAnd || top.IsAnd))
        {
            steps.Add(waiting.Pop()!);
        }

        waiting.Push(isAnd ? MarkerStep.And : MarkerStep.Or);
        return true;
    }

    private MarkerOperand? ReadOperand()
    {
        if (Peek() is '\'' or '"')
        {
            var end = _text[(_at + 1)..].IndexOf(Peek());
            if (end < 0)
            {
                Fail("a text in a marker lacks its closing quote");
                return null;
            }

            var value = _text.Slice(_at + 1, end).ToString();
            _at += end + 2;
            return new MarkerOperand(MarkerVariable.None, value);
        }

        var word = PeekWord();
        var variable = MarkerOperand.Named(word);
        if (variable == MarkerVariable.None)
        {
            Fail($"'{word}' is not a variable of markers");
            return null;
        }

        _at += word.Length;
        return new MarkerOperand(variable, string.Empty);
    }

    private string? ReadOperator()
    {
        if (PeekWord() is "in")
        {
            _at += 2;
            return "in";
        }

        if (PeekWord() is "not")
        {
            return ReadNotIn() ? "not in" : null;
        }

        foreach (var candidate in Operators)
        {
            if (_text[_at..].StartsWith(candidate))
            {
                _at += candidate.Length;
                return candidate;
            }
        }

        return null;
    }

    /// <summary>The longer ones stand before their own beginnings.</summary>
    private static ReadOnlySpan<string> Operators => new[] { "===", "==", "~=", "!=", "<=", ">=", "<", ">" };

    private bool ReadNotIn()
    {
        _at += 3;
        var before = _at;
        SkipBlanks();
        if (_at == before || PeekWord() is not "in")
        {
            return false;
        }

        _at += 2;
        return true;
    }

    private readonly ReadOnlySpan<char> PeekWord()
    {
        var end = _at;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is '_' or '.'))
        {
            end++;
        }

        return _text[_at..end];
    }

    private readonly char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private void SkipBlanks()
    {
        while (Peek() is ' ' or '\t')
        {
            _at++;
        }
    }

    private Marker? Fail(string reason)
    {
        Reason ??= reason;
        return null;
    }
}
