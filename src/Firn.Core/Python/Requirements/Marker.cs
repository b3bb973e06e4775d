using System.Collections.Immutable;

namespace Firn.Python.Requirements;

/// <summary>
/// When a requirement counts, for example <c>python_version &lt; "3.11" and sys_platform == "linux"</c>. It is kept in
/// postfix order, so that parentheses of any depth need no recursion.
/// </summary>
internal sealed class Marker
{
    private readonly ImmutableArray<MarkerStep> _steps;
    private readonly string _text;

    internal Marker(string text, ImmutableArray<MarkerStep> steps)
    {
        _text = text;
        _steps = steps;
    }

    /// <summary>Whether it asks for <c>extra</c>, which no installation has (see Requires-Dist).</summary>
    public bool AsksForExtra => Asks(MarkerVariable.Extra);

    /// <summary>Reads a marker; <see langword="null"/> with the reason where the text is none.</summary>
    public static Marker? Parse(ReadOnlySpan<char> text, out string? reason)
    {
        var parser = new MarkerParser(text);
        var marker = parser.Parse();
        reason = parser.Reason;
        return marker;
    }

    /// <summary>
    /// Whether it holds; a comparison without meaning does not. With extras it holds if it does for one of them (pip:
    /// req/req_install.py match_markers).
    /// </summary>
    public bool Evaluate(MarkerEnvironment environment, IReadOnlyCollection<string>? extras = null) =>
        TryEvaluate(environment, extras) ?? false;

    /// <summary>The same; <see langword="null"/> where a comparison has no meaning.</summary>
    public bool? TryEvaluate(MarkerEnvironment environment, IReadOnlyCollection<string>? extras = null)
    {
        if (extras is null or { Count: 0 })
        {
            return Evaluate(environment, MarkerNames.Nothing);
        }

        foreach (var extra in extras)
        {
            var holds = Evaluate(environment, MarkerNames.Nothing with { Extra = extra });
            if (holds != false)
            {
                return holds;
            }
        }

        return false;
    }

    /// <summary>Whether it holds with these names; <see langword="null"/> where a comparison has no meaning.</summary>
    public bool? Evaluate(MarkerEnvironment environment, MarkerNames names)
    {
        var results = new Stack<bool>();
        foreach (var step in _steps)
        {
            if (step.Comparison is { } comparison)
            {
                if (comparison.Evaluate(environment, names) is not { } result)
                {
                    return null;
                }

                results.Push(result);
                continue;
            }

            var right = results.Pop();
            var left = results.Pop();
            results.Push(step.IsAnd ? left && right : left || right);
        }

        return results.Pop();
    }

    /// <summary>The marker as it is written.</summary>
    public override string ToString() => _text;

    private bool Asks(MarkerVariable variable)
    {
        foreach (var step in _steps)
        {
            if (step.Comparison is { } comparison && (comparison.Left.Variable == variable || comparison.Right.Variable == variable))
            {
                return true;
            }
        }

        return false;
    }
}
