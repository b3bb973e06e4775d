namespace Firn.Conda.Locks;

/// <summary>Words of a lock in messages: one line, and nothing that moves the cursor of a terminal.</summary>
internal static class LockText
{
    private const int Longest = 300;

    public static string Printable(string text)
    {
        text = text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "...");
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return Replaced(text);
            }
        }

        return text;
    }

    private static string Replaced(string text)
    {
        var characters = text.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            characters[i] = char.IsControl(characters[i]) ? '?' : characters[i];
        }

        return new string(characters);
    }
}
