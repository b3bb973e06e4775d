namespace Firn.Conda;

/// <summary>Patterns with <c>*</c> for any characters, as match specs have them for builds and names.</summary>
internal static class CondaGlob
{
    /// <summary>Work grows with the product of both lengths; no build or version is nearly as long.</summary>
    private const int Longest = 4096;

    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        if (pattern.Length > Longest || text.Length > Longest)
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
