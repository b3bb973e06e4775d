namespace Firn.Conda;

/// <summary>
/// What a match spec says about the version, for example <c>&gt;=3.11,&lt;3.12.0a0</c> or <c>1.2.*|2.0</c>
/// (conda models/version.py <c>VersionSpec</c>). Evaluated while it is read, without a tree.
/// </summary>
internal static class CondaVersionSpec
{
    /// <summary>Work grows with the product of both lengths; what a channel has is a hundred times shorter.</summary>
    private const int MaxLength = 4096;

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

        if (spec.Length > MaxLength || version.Length > MaxLength)
        {
            return null;
        }

        if (spec.Length == 0 || spec.ContainsAny('^', '$') || CondaVersion.Parse(version) is not { } candidate)
        {
            return null;
        }

        return EndOfTerm(spec) == spec.Length ? MatchesTerm(spec, version, candidate) : Evaluate(spec, version, candidate);
    }

    /// <summary>Comma binds tighter than bar; <c>treeify</c> is the same shunting yard.</summary>
    private static bool? Evaluate(ReadOnlySpan<char> spec, string version, CondaVersion candidate)
    {
        var values = new List<bool>();
        var operators = new List<char>();
        operators.Add('(');
        while (spec.Length > 0)
        {
            var end = Math.Max(1, EndOfTerm(spec));
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
                values.Add(value);
            }
            else
            {
                return null;
            }
        }

        return Apply(')', values, operators) && operators.Count == 0 && values.Count == 1 ? values[0] : null;
    }

    private static int EndOfTerm(ReadOnlySpan<char> spec)
    {
        var end = 0;
        while (end < spec.Length && spec[end] is not ('(' or ')' or '|' or ','))
        {
            end++;
        }

        return end;
    }

    private static bool Apply(char next, List<bool> values, List<char> operators)
    {
        if (next != '(')
        {
            while (operators.Count > 0 && operators[^1] != '(' && !(next == ',' && operators[^1] == '|'))
            {
                if (values.Count < 2)
                {
                    return false;
                }

                values[^2] = operators[^1] == ',' ? values[^2] && values[^1] : values[^2] || values[^1];
                values.RemoveAt(values.Count - 1);
                operators.RemoveAt(operators.Count - 1);
            }
        }

        if (next != ')')
        {
            operators.Add(next);
            return true;
        }

        if (operators.Count == 0)
        {
            return false;
        }

        operators.RemoveAt(operators.Count - 1);
        return true;
    }

    private static bool? MatchesTerm(ReadOnlySpan<char> term, string version, CondaVersion candidate)
    {
        if (term is "*")
        {
            return true;
        }

        var length = 0;
        while (length < term.Length && term[length] is ('=' or '<' or '>' or '!' or '~'))
        {
            length++;
        }

        if (length > 0)
        {
            return length == term.Length ? null : MatchesOperator(term[..length], term[length..], candidate);
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

/// <summary>Patterns with <c>*</c> for any characters, as match specs have them for builds and names.</summary>
internal static class CondaGlob
{
    /// <summary>Work grows with the product of both lengths; no build or version is nearly as long.</summary>
    private const int MaxLength = 4096;

    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        if (pattern.Length > MaxLength || text.Length > MaxLength)
        {
            return false;
        }

        var star = -1;
        var resume = 0;
        var p = 0;
        var t = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimEnd('*').Length == 0;
    }
}
