using System.Text;

namespace Firn.Conda.Locks;

/// <summary>
/// Selectors at the ends of lines, <c>- pywin32  # [win]</c> (CEP 24): lines whose selector is false become empty, so
/// that the others keep their numbers.
/// </summary>
internal static class LineSelectors
{
    /// <param name="text">The document.</param>
    /// <param name="platform">The platform to choose for.</param>
    /// <param name="unknown">The numbers of lines whose comment in brackets is no selector; they are kept.</param>
    public static string Apply(string text, string platform, List<int> unknown)
    {
        if (!text.Contains('#', StringComparison.Ordinal) || !text.Contains('[', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var isKept = true;
            if (Selector(line) is { IsEmpty: false } selector)
            {
                var value = SelectorExpression.Evaluate(selector, platform);
                isKept = value != false;
                if (value is null)
                {
                    unknown.Add(number);
                }
            }

            result.Append(isKept ? line : string.Empty).Append('\n');
        }

        result.Length--;
        return result.ToString();
    }

    /// <summary>What stands in the brackets of a comment that begins with them, behind something.</summary>
    private static ReadOnlySpan<char> Selector(ReadOnlySpan<char> line)
    {
        var content = line.TrimStart();
        if (content.IsEmpty || content[0] == '#')
        {
            return [];
        }

        var at = line.LastIndexOf(" #");
        var comment = at < 0 ? [] : line[(at + 2)..].Trim();
        var close = comment.IndexOf(']');
        return comment.StartsWith("[") && close > 0 ? comment[1..close] : [];
    }
}
