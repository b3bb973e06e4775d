namespace Firn.Conda;

/// <summary>
/// What a match spec says about the version, for example <c>&gt;=3.11,&lt;3.12.0a0</c> or <c>1.2.*|2.0</c>
/// (conda models/version.py <c>VersionSpec</c>). Evaluated while it is read, without a tree.
/// </summary>
internal static class CondaVersionSpec
{
    /// <summary>Work grows with the product of both lengths; what a channel has is a hundred times shorter.</summary>
    private const int Longest = 4096;

    /// <summary>
    /// Whether the version satisfies the spec; <see langword="null"/> for a spec that conda would refuse, and for a
    /// regular expression, which no package of a channel uses.
    /// </summary>
    public static bool? Matches(ReadOnlySpan<char> spec, string version)
    {
        spec = spec.Trim();
        if (spec is "*")
        {
            return true;
        }

        if (spec.Length > Longest || version.Length > Longest)
        {
            return null;
        }

        if (spec.Length == 0 || spec.ContainsAny('^', '$') || CondaVersion.Parse(version) is not { } candidate)
        {
            return null;
        }

        return spec.IndexOfAny("()|,") < 0 ? MatchesTerm(spec, version, candidate) : Evaluate(spec, version, candidate);
    }

    /// <summary>Comma binds tighter than bar; <c>treeify</c> is the same shunting yard.</summary>
    private static bool? Evaluate(ReadOnlySpan<char> spec, string version, CondaVersion candidate)
    {
        var values = new Stack<bool>();
        var operators = new Stack<char>();
        operators.Push('(');
        while (spec.Length > 0)
        {
            var end = spec.IndexOfAny("()|,");
            end = end == 0 ? 1 : end < 0 ? spec.Length : end;
            var token = spec[..end].Trim();
            spec = spec[end..];
            if (token.Length == 0)
            {
                continue;
            }

            if (token[0] is '(' or ')' or '|' or ',')
            {
                if (!Apply(token[0], values, operators))
                {
                    return null;
                }
            }
            else if (MatchesTerm(token, version, candidate) is { } value)
            {
                values.Push(value);
            }
            else
            {
                return null;
            }
        }

        return Apply(')', values, operators) && operators.Count == 0 && values.Count == 1 ? values.Pop() : null;
    }

    private static bool Apply(char next, Stack<bool> values, Stack<char> operators)
    {
        if (next != '(')
        {
            while (operators.Count > 0 && operators.Peek() != '(' && !(next == ',' && operators.Peek() == '|'))
            {
                if (values.Count < 2)
                {
                    return false;
                }

                var right = values.Pop();
                var left = values.Pop();
                values.Push(operators.Pop() == ',' ? left && right : left || right);
            }
        }

        if (next != ')')
        {
            operators.Push(next);
            return true;
        }

        return operators.TryPop(out _);
    }

    private static bool? MatchesTerm(ReadOnlySpan<char> term, string version, CondaVersion candidate)
    {
        if (term is "*")
        {
            return true;
        }

        var length = term.IndexOfAnyExcept("=<>!~");
        if (length != 0)
        {
            return length < 0 ? null : MatchesOperator(term[..length], term[length..], candidate);
        }

        if (term.TrimEnd('*').Contains('*'))
        {
            return CondaGlob.Matches(term, version);
        }

        if (term[^1] == '*')
        {
            return CondaVersion.Parse(term.TrimEnd('*').TrimEnd('.')) is { } start ? candidate.StartsWith(start) : null;
        }

        return CondaVersion.Parse(term) is { } exact ? candidate.CompareTo(exact) == 0 : null;
    }

    private static bool? MatchesOperator(ReadOnlySpan<char> relation, ReadOnlySpan<char> text, CondaVersion candidate)
    {
        var isPrefix = text.EndsWith(".*");
        if (CondaVersion.Parse(isPrefix ? text[..^2] : text) is not { } bound)
        {
            return null;
        }

        return relation switch
        {
            "=" => candidate.StartsWith(bound),
            "!=" when isPrefix => !candidate.StartsWith(bound),
            "~=" when isPrefix => null,
            "~=" => candidate.CompareTo(bound) >= 0
                && bound.WithoutLastPart() is { } start && candidate.StartsWith(start),
            "==" => candidate.CompareTo(bound) == 0,
            "!=" => candidate.CompareTo(bound) != 0,
            "<=" => candidate.CompareTo(bound) <= 0,
            ">=" => candidate.CompareTo(bound) >= 0,
            "<" => candidate.CompareTo(bound) < 0,
            ">" => candidate.CompareTo(bound) > 0,
            _ => null,
        };
    }
}
