using System.Globalization;
using System.Text;

namespace Firn.Storage.Asimov;

/// <summary>
/// Writes a manifest in JSON's form, which YAML 1.1 reads, with every scalar in quotes: PyYAML takes a name, a hash or a
/// uuid of digits alone for a number where it stands plain, and asimov then no longer finds it.
/// </summary>
internal static class AsimovYamlWriter
{
    /// <summary>The document with its final LF. ASCII alone, but for characters beyond U+FFFF, which PyYAML takes no escapes for.</summary>
    public static string Write(AsimovMapping root)
    {
        var text = new StringBuilder();
        WriteNode(text, root, 0);
        return text.Append('\n').ToString();
    }

    private static void WriteNode(StringBuilder text, AsimovNode node, int level)
    {
        switch (node)
        {
            case AsimovMapping mapping:
                WriteMapping(text, mapping, level);
                break;
            case AsimovSequence sequence:
                WriteSequence(text, sequence, level);
                break;
            case AsimovScalar { IsNull: true }:
                text.Append("null");
                break;
            case AsimovScalar { IsPlain: true } scalar when IsSafePlain(scalar.Text):
                text.Append(scalar.Text);
                break;
            case AsimovScalar scalar:
                WriteQuoted(text, scalar.Text);
                break;
            default:
                throw new InvalidOperationException($"no manifest holds a {node.GetType().Name}");
        }
    }

    private static void WriteMapping(StringBuilder text, AsimovMapping mapping, int level)
    {
        var separator = "";
        text.Append('{');
        foreach (var (key, value) in mapping.Members)
        {
            text.Append(separator);
            NewLine(text, level + 1);
            WriteQuoted(text, key);
            text.Append(": ");
            WriteNode(text, value, level + 1);
            separator = ",";
        }

        Close(text, mapping.Count == 0, level, '}');
    }

    private static void WriteSequence(StringBuilder text, AsimovSequence sequence, int level)
    {
        var separator = "";
        text.Append('[');
        foreach (var item in sequence.Items)
        {
            text.Append(separator);
            NewLine(text, level + 1);
            WriteNode(text, item, level + 1);
            separator = ",";
        }

        Close(text, sequence.Items.Count == 0, level, ']');
    }

    private static void Close(StringBuilder text, bool isEmpty, int level, char bracket)
    {
        if (!isEmpty)
        {
            NewLine(text, level);
        }

        text.Append(bracket);
    }

    private static void NewLine(StringBuilder text, int level) => text.Append('\n').Append(' ', 2 * level);

    /// <summary>A value that is none of asimov's keeps the type that YAML saw in it, where flow style can hold it.</summary>
    private static bool IsSafePlain(string text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '+' or '-' or '_'))
            {
                return false;
            }
        }

        return text is not ("-" or "--" or "---" or "...");
    }

    private static void WriteQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            if (char.IsHighSurrogate(character) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                text.Append(character).Append(value[++i]);
            }
            else
            {
                WriteCharacter(text, char.IsSurrogate(character) ? '\ufffd' : character);
            }
        }

        text.Append('"');
    }

    private static void WriteCharacter(StringBuilder text, char character)
    {
        if (character is '"' or '\\')
        {
            text.Append('\\').Append(character);
        }
        else if (character is >= ' ' and < '\u007f')
        {
            text.Append(character);
        }
        else
        {
            text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
        }
    }
}
