using System.Buffers;

namespace Firn.Analyses.Records;

/// <summary>How headers are written in commands.</summary>
internal static class SecretHeaders
{
    private static readonly string[] Schemes = ["basic", "bearer", "digest", "negotiate", "token", "apikey"];
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether a word stands before the secret in the value of <c>Authorization</c>.</summary>
    public static bool IsScheme(string word) => Schemes.Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <summary>Where a header begins: behind the option, where that is in the same word.</summary>
    public static int Start(string argument)
    {
        foreach (var option in (ReadOnlySpan<string>)["-H", "--header=", "--proxy-header="])
        {
            if (argument.Length > option.Length && argument.StartsWith(option, StringComparison.Ordinal))
            {
                return option.Length;
            }
        }

        return 0;
    }

    /// <summary><c>Bearer TOKEN</c> without its first word.</summary>
    public static string WithoutScheme(string value)
    {
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && value.AsSpan(0, space).IndexOfAnyExcept(Letters) < 0 ? value[(space + 1)..] : value;
    }
}
