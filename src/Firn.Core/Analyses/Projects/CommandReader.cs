using System.Collections.Immutable;
using System.Text;
using Firn.Common.Yaml;

namespace Firn.Analyses.Projects;

/// <summary>Reads <c>command</c>: a text for a shell, or a program with its arguments.</summary>
internal sealed class CommandReader(FieldReader fields, string platform)
{
    /// <summary>What is started, and the command as people read it.</summary>
    public (ImmutableArray<string> Command, string Text) Read(YamlNode node)
    {
        if (node is not YamlList list)
        {
            var text = fields.Text(node, "command").Trim();
            return text.Length == 0
                ? throw fields.Failure(node, "command is empty", "write what you would type into a shell")
                : (Shell(text), text);
        }

        var command = ImmutableArray.CreateBuilder<string>(list.Items.Length);
        foreach (var item in list.Items)
        {
            // An argument may be empty, a program may not.
            command.Add(item is YamlText { IsPlain: false, Value.Length: 0 } && command.Count > 0
                ? string.Empty
                : fields.Text(item, command.Count == 0 ? "the program" : "an argument"));
        }

        return command.Count == 0
            ? throw fields.Failure(node, "command is empty", "write the program, then its arguments")
            : (command.ToImmutable(), Joined(command));
    }

    private ImmutableArray<string> Shell(string text) =>
        platform == ProjectPlatform.Windows ? ["cmd", "/d", "/s", "/c", text] : ["sh", "-c", text];

    private static string Joined(IReadOnlyList<string> command)
    {
        var text = new StringBuilder();
        foreach (var word in command)
        {
            text.Append(text.Length == 0 ? string.Empty : " ").Append(Quoted(word));
        }

        return text.ToString();
    }

    private static string Quoted(string word)
    {
        foreach (var character in word)
        {
            if (!char.IsLetterOrDigit(character) && !"_-./=:,+@%".Contains(character, StringComparison.Ordinal))
            {
                return $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
            }
        }

        return word.Length == 0 ? "''" : word;
    }
}
