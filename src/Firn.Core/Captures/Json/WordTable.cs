namespace Firn.Captures.Json;

/// <summary>
/// The words that documents have for the members of an enumeration whose values are 0, 1, 2, ... No reflection, and no
/// generic code that would be compiled at run time.
/// </summary>
internal sealed class WordTable(params string[] words)
{
    /// <summary>The word of the member with this value.</summary>
    public string Word(int value) => words[value];

    /// <summary>The member that the word stands for; 0 where it is unknown, so that a newer document reads.</summary>
    public int Value(string? word) => Math.Max(Array.IndexOf(words, word), 0);
}
