using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Yaml;
using Firn.Storage.Layout;

namespace Firn.Projects;

/// <summary>Reads <c>analyses</c>: a mapping of <c>SUBJECT/NAME</c>, or a list with <c>subject</c> and <c>name</c>.</summary>
/// <param name="fields">Takes values of known types.</param>
/// <param name="environments">Reads an environment.</param>
/// <param name="project">What an analysis does not say for itself is the project's.</param>
/// <param name="platform">Decides about the shell.</param>
internal sealed class AnalysisReader(
    FieldReader fields, EnvironmentChoiceReader environments, Project project, string platform)
{
    private static readonly string[] Keys =
        ["command", "needs", "inputs", "outputs", "environment", "pythonpath", "variables", "threads"];

    private static readonly string[] ListKeys = ["subject", "name", .. Keys];

    public ImmutableArray<AnalysisDefinition> Read(YamlNode node)
    {
        var written = new List<ParsedAnalysis>();
        if (node is YamlList list)
        {
            foreach (var item in list.Items)
            {
                written.Add(ReadItem(item));
            }
        }
        else
        {
            foreach (var (key, value) in fields.Map(node, "analyses").Entries)
            {
                written.Add(ReadEntry(key, value));
            }
        }

        return new NeedsChecker(fields).Check(written);
    }

    private ParsedAnalysis ReadItem(YamlNode item)
    {
        var map = fields.Map(item, "an analysis", ListKeys);
        var subject = map.Find("subject")
            ?? throw fields.Failure(map, "an analysis has no subject", "write subject: what is analysed");
        var name = map.Find("name")
            ?? throw fields.Failure(map, "an analysis has no name", "write name: what is done with the subject");
        return Read(map, NamePart(subject, fields.Text(subject, "subject")), NamePart(name, fields.Text(name, "name")), item);
    }

    private ParsedAnalysis ReadEntry(YamlText key, YamlNode value)
    {
        var slash = key.Value.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == key.Value.Length - 1)
        {
            throw fields.Failure(
                key, $"the analysis '{key.Value}' has no subject", $"write SUBJECT/NAME, for example {project.Name}/{key.Value.Trim('/')}");
        }

        var map = fields.Map(value, $"the analysis {key.Value}", Keys);
        return Read(map, NamePart(key, key.Value[..slash]), NamePart(key, key.Value[(slash + 1)..]), key);
    }

    /// <summary>What is a name for the store, and can be told from a run's reference.</summary>
    private string NamePart(YamlNode at, string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            throw fields.Failure(at, $"'{name}' holds a /", "an analysis is SUBJECT/NAME, with one /");
        }

        if (name.Contains('@', StringComparison.Ordinal))
        {
            throw fields.Failure(at, $"'{name}' holds an @", "what follows an @ is the number of a run; take another sign");
        }

        try
        {
            NameEncoding.Encode(name);
            return name;
        }
        catch (FirnException failure)
        {
            throw fields.Failure(at, failure.Message, "take a short name without control characters");
        }
    }

    private ParsedAnalysis Read(YamlMap map, string subject, string name, YamlNode at)
    {
        var command = new CommandReader(fields, platform).Read(map.Find("command")
            ?? throw fields.Failure(at, $"the analysis {subject}/{name} has no command", "write command: what to run"));
        var needs = map.Find("needs") is { } needed ? fields.Texts(needed, "needs") : [];
        var outputs = map.Find("outputs");
        var paths = new PathFields(fields);
        var definition = new AnalysisDefinition
        {
            Subject = subject,
            Name = name,
            Command = command.Command,
            CommandText = command.Text,
            Inputs = map.Find("inputs") is { } inputs ? paths.Inputs(inputs) : default,
            Outputs = outputs is null ? [] : paths.Outputs(outputs),
            Environment = map.Find("environment") is { } own ? environments.Read(own) : project.Environment,
            PythonPath = map.Find("pythonpath") is { } folders ? paths.PythonPath(folders) : project.PythonPath,
            Variables = new VariablesReader(fields).Read(map.Find("variables"), project.Variables),
            Threads = map.Find("threads") is { } threads ? fields.Threads(threads) : project.Threads,
            Line = at.Line,
        };
        return new ParsedAnalysis(definition, needs, outputs is null ? [] : fields.Texts(outputs, "outputs"));
    }
}

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

/// <summary>An analysis together with the places of what is checked when all analyses are known.</summary>
/// <param name="Definition">The analysis.</param>
/// <param name="Needs">What it needs, as written.</param>
/// <param name="Outputs">Its outputs as written, in the order of those of <paramref name="Definition"/>.</param>
internal sealed record ParsedAnalysis(AnalysisDefinition Definition, ImmutableArray<YamlText> Needs, ImmutableArray<YamlText> Outputs);
