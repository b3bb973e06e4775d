using System.Collections.Immutable;
using System.Globalization;
using Firn.Common;
using Firn.Common.Yaml;

namespace Firn.Projects;

/// <summary>Takes values of the types that <c>firn.yaml</c> knows, and says where one is something else.</summary>
/// <param name="source">The file, for messages.</param>
internal sealed class FieldReader(YamlSource source)
{
    /// <summary>Above it a number is not a number of threads but a slip.</summary>
    private const int MaxThreads = 65_536;

    public FirnException Failure(YamlNode at, string what, string? hint = null) => source.Failure(at, what, hint);

    /// <summary>The value as a mapping that has no other keys than these.</summary>
    public YamlMap Map(YamlNode node, string what, params string[] keys)
    {
        var map = Map(node, what);
        foreach (var entry in map.Entries)
        {
            if (!keys.Contains(entry.Key.Value))
            {
                throw Unknown(entry.Key, what, keys);
            }
        }

        return map;
    }

    /// <summary>The value as a mapping with keys of any name.</summary>
    public YamlMap Map(YamlNode node, string what) => node switch
    {
        YamlMap map => map,
        YamlText { IsNull: true } => new YamlMap([], node.Line, node.Column),
        _ => throw Failure(node, $"{what} is {node.Kind}, not a mapping", "write KEY: VALUE, one a line, indented below it"),
    };

    private FirnException Unknown(YamlText key, string what, string[] keys)
    {
        var meant = Spelling.Closest(key.Value, keys);
        return Failure(
            key, $"{what} has no key '{key.Value}'",
            meant is null ? $"it takes {string.Join(", ", keys)}" : $"did you mean {meant}?");
    }

    /// <summary>Text that is not empty. Numbers and true are text here, as they are written.</summary>
    public string Text(YamlNode node, string what)
    {
        if (node is not YamlText text || text.IsNull)
        {
            throw Failure(node, $"{what} is {node.Kind}, not text", "write one text, in quotes where it has special characters");
        }

        if (text.Value.Length == 0)
        {
            throw Failure(node, $"{what} is empty", "write a text, or leave the key out");
        }

        return text.Value.Contains('\0', StringComparison.Ordinal)
            ? throw Failure(node, $"{what} holds a NUL", "no file and no variable can have one")
            : text.Value;
    }

    /// <summary>One text, or a list of texts.</summary>
    public ImmutableArray<YamlText> Texts(YamlNode node, string what)
    {
        if (node is YamlText)
        {
            Text(node, what);
            return [(YamlText)node];
        }

        if (node is not YamlList list)
        {
            throw Failure(node, $"{what} is {node.Kind}, not a text or a list", "write - VALUE, one a line");
        }

        var texts = ImmutableArray.CreateBuilder<YamlText>(list.Items.Length);
        foreach (var item in list.Items)
        {
            Text(item, $"an entry of {what}");
            texts.Add((YamlText)item);
        }

        return texts.MoveToImmutable();
    }

    /// <summary>A path: one line of text.</summary>
    public string PathText(YamlNode node, string what)
    {
        var text = Text(node, what);
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                throw Failure(node, $"{what} holds a control character", "write the path on one line");
            }
        }

        return text;
    }

    public bool Flag(YamlNode node, string what) => node switch
    {
        YamlText { IsPlain: true, Value: "true" or "True" or "TRUE" } => true,
        YamlText { IsPlain: true, Value: "false" or "False" or "FALSE" } => false,
        YamlText { IsNull: false } text => throw Failure(node, $"{what} is '{text.Value}'", "write true or false"),
        _ => throw Failure(node, $"{what} is {node.Kind}", "write true or false"),
    };

    /// <summary>A number of threads, at least 1.</summary>
    public int Threads(YamlNode node)
    {
        if (node is YamlText { IsPlain: true, IsNull: false } text
            && int.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var threads)
            && threads is >= 1 and <= MaxThreads)
        {
            return threads;
        }

        var said = node is YamlText { IsNull: false } other ? $"'{other.Value}'" : node.Kind;
        throw Failure(node, $"threads is {said}, not a whole number from 1", "write threads: 1, or leave the key out");
    }
}

/// <summary>Finds the word that was meant by a misspelt one.</summary>
internal static class Spelling
{
    /// <summary>A longer word is not a misspelling of a key, and would cost the square of its length.</summary>
    private const int MaxWordLength = 64;

    /// <summary>The closest of the words, at most a third of the letters away; <see langword="null"/> where none is.</summary>
    public static string? Closest(string word, IEnumerable<string> words)
    {
        string? best = null;
        var least = (word.Length / 3) + 2;
        foreach (var candidate in word.Length <= MaxWordLength ? words : [])
        {
            if (candidate.Length <= MaxWordLength
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
