namespace Firn.Analyses.Projects;

/// <summary>Finds the word that was meant by a misspelt one.</summary>
internal static class Spelling
{
    /// <summary>A longer word is no misspelling of a key, and would cost the square of its length.</summary>
    private const int LongestWord = 64;

    /// <summary>The closest of the words, at most a third of the letters away; <see langword="null"/> where none is.</summary>
    public static string? Closest(string word, IEnumerable<string> words)
    {
        string? best = null;
        var least = (word.Length / 3) + 2;
        foreach (var candidate in word.Length <= LongestWord ? words : [])
        {
            if (candidate.Length <= LongestWord
                && Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant()) is var distance && distance < least)
            {
                best = candidate;
                least = distance;
            }
        }

        return best;
    }

    /// <summary>Levenshtein's distance: how many letters are put in, left out or changed.</summary>
    private static int Distance(string left, string right)
    {
        var row = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(
                    Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
