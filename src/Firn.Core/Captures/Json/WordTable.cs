namespace Firn.Captures.Json;

/// <summary>Enumeration members and the words that documents have for them, without reflection.</summary>
internal sealed class WordTable<T>(params (T Value, string Word)[] words)
    where T : struct, Enum
{
    private static readonly EqualityComparer<T> Same = EqualityComparer<T>.Default;

    public string Word(T value)
    {
        foreach (var entry in words)
        {
            if (Same.Equals(entry.Value, value))
            {
                return entry.Word;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>The member that the word stands for; the first of the table where it is unknown, so that a newer document reads.</summary>
    public T Value(string? word)
    {
        foreach (var entry in words)
        {
            if (entry.Word == word)
            {
                return entry.Value;
            }
        }

        return words[0].Value;
    }
}
