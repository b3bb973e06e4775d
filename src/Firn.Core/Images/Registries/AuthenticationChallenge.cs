using System.Collections.Immutable;
using System.Text;

namespace Firn.Images.Registries;

/// <summary>How a server wants to be convinced: one challenge of <c>WWW-Authenticate</c> (RFC 9110, 11.6.1).</summary>
/// <param name="Scheme">For example <c>Bearer</c>.</param>
/// <param name="Parameters">By name; names have no case.</param>
internal sealed record AuthenticationChallenge(string Scheme, ImmutableDictionary<string, string> Parameters)
{
    private const int MaxLength = 64 * 1024;

    /// <summary>A parameter's value; <see langword="null"/> where there is none.</summary>
    public string? Parameter(string name) => Parameters.GetValueOrDefault(name);

    /// <summary>Whether it is of this scheme, whose name has no case.</summary>
    public bool Is(string scheme) => Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the header; several headers are joined with commas. What is malformed is passed over.</summary>
    public static ImmutableArray<AuthenticationChallenge> Parse(string? header)
    {
        var challenges = ImmutableArray.CreateBuilder<AuthenticationChallenge>();
        var text = header is null || header.Length > MaxLength ? string.Empty : header;
        for (var at = 0; Token(text, ref at) is { } word;)
        {
            var afterWord = at;
            SkipBlanks(text, ref at);
            if (at < text.Length && text[at] == '=' && challenges.Count > 0)
            {
                at++;
                SkipBlanks(text, ref at);
                var last = challenges[^1];
                challenges[^1] = last with { Parameters = last.Parameters.SetItem(word, Value(text, ref at)) };
            }
            else
            {
                at = afterWord;
                challenges.Add(new AuthenticationChallenge(word, ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase)));
            }
        }

        return challenges.ToImmutable();
    }

    /// <summary>The next word; what may not be in one is passed over before it.</summary>
    private static string? Token(string text, ref int at)
    {
        while (at < text.Length && !IsTokenCharacter(text[at]))
        {
            at++;
        }

        var start = at;
        while (at < text.Length && IsTokenCharacter(text[at]))
        {
            at++;
        }

        return at > start ? text[start..at] : null;
    }

    private static string Value(string text, ref int at)
    {
        var value = new StringBuilder();
        if (at >= text.Length || text[at] != '"')
        {
            while (at < text.Length && text[at] is not (',' or ' ' or '\t'))
            {
                value.Append(text[at++]);
            }

            return value.ToString();
        }

        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            value.Append(text[at]);
        }

        at++;
        return value.ToString();
    }

    private static void SkipBlanks(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }
    }

    private static bool IsTokenCharacter(char character) =>
        char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal);
}
