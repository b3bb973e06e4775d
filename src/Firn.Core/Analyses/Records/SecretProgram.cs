namespace Firn.Analyses.Records;

/// <summary>Follows the words of a command and knows which program they are for, and so what their options mean.</summary>
internal sealed class SecretProgram
{
    private IReadOnlyList<SecretOption> _options = SecretOptions.Any;
    private bool _isToCome = true;
    private bool _isStarted;

    /// <summary>Takes a word; the program is the first that is no assignment, or another that it starts.</summary>
    public void Take(string word)
    {
        if (!_isToCome || word.StartsWith('-') || word.Contains('=', StringComparison.Ordinal))
        {
            return;
        }

        var name = word[(word.LastIndexOf('/') + 1)..];
        var options = SecretOptions.Of(name);
        var startsOthers = SecretOptions.StartsOthers(name);
        _options = options.Count > 0 || startsOthers ? options : _options;
        // Behind `sudo -u ana` and the like comes a word that is no program: one that is known is looked for.
        _isToCome = startsOthers || (_isStarted && options.Count == 0);
        _isStarted |= startsOthers;
    }

    /// <summary>The option that a word is or begins with.</summary>
    /// <param name="word">A word.</param>
    /// <param name="valueAt">Where in the word the value begins; 0 where it is the next word.</param>
    public SecretOption? Find(string word, out int valueAt)
    {
        valueAt = 0;
        foreach (var option in _options)
        {
            var isLong = option.Name.StartsWith("--", StringComparison.Ordinal);
            if (word == option.Name || IsGroup(word, option))
            {
                return option.Form == SecretOptionForm.Attached ? null : option;
            }

            if (option.Form != SecretOptionForm.Next && word.StartsWith(option.Name, StringComparison.Ordinal)
                && (!isLong || word[option.Name.Length] == '='))
            {
                valueAt = option.Name.Length + (isLong ? 1 : 0);
                return option;
            }
        }

        return null;
    }

    /// <summary><c>-sSu</c>: switches of one letter, and the option as the last.</summary>
    private static bool IsGroup(string word, SecretOption option)
    {
        if (option is not { Separator: ':', Name.Length: 2 } || word.Length < 3 || word[0] != '-' || word[^1] != option.Name[1])
        {
            return false;
        }

        foreach (var c in word.AsSpan(1))
        {
            if (!char.IsAsciiLetter(c))
            {
                return false;
            }
        }

        return word[1] != option.Name[1];
    }
}
