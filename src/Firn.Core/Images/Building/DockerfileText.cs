using System.Collections.Immutable;
using System.Text;

namespace Firn.Images.Building;

/// <summary>An instruction of a Dockerfile.</summary>
/// <param name="Line">The line that it begins on, counted from 1.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="Text">As it is written, with the lines that continue it.</param>
/// <param name="Stage">The stage it stands in, counted from 0; -1 before the first <c>FROM</c>.</param>
internal sealed record DockerfileInstruction(int Line, int Start, string Text, int Stage)
{
    /// <summary>For example <c>RUN</c>, in upper case.</summary>
    public string Keyword => Text.TrimStart().Split([' ', '\t', '\n', '\r'], 2)[0].ToUpperInvariant();

    /// <summary>On one line, with single spaces, and without comments between its lines.</summary>
    public string OneLine => string.Join(' ', Text.Split('\n').Where(static line => !line.TrimStart().StartsWith('#'))
        .SelectMany(static line => line.TrimEnd().TrimEnd('\\').Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>The name that a <c>FROM</c> gives its stage, in lower case, as engines compare it.</summary>
    public string? StageName
    {
        get
        {
            var words = OneLine.Split(' ');
            var at = Array.FindIndex(words, static word => string.Equals(word, "AS", StringComparison.OrdinalIgnoreCase));
            return Keyword == "FROM" && at > 0 && at + 1 < words.Length ? words[at + 1].ToLowerInvariant() : null;
        }
    }
}

/// <summary>
/// A Dockerfile taken apart, by the rules that all builders share (docs.docker.com/reference/dockerfile): lines that end in a
/// backslash go on, comments may stand between them, and here-documents end with their word.
/// </summary>
internal static class DockerfileText
{
    /// <summary>Instructions with the lines that continue them, and the comments and blank lines between, each with its line end.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var instruction = new StringBuilder();
        string? ending = null;
        foreach (var line in Lines(text))
        {
            var isComment = line.TrimStart().StartsWith('#') || (instruction.Length > 0 && line.Trim().Length == 0);
            instruction.Append(line);
            if (ending is not null)
            {
                ending = line.Trim() == ending ? null : ending;
            }
            else if ((isComment && instruction.Length != line.Length) || (line.TrimEnd().EndsWith('\\') && !isComment))
            {
                continue;
            }
            else if (!isComment)
            {
                ending = HereDocument(instruction.ToString());
            }

            if (ending is null)
            {
                yield return instruction.ToString();
                instruction.Clear();
            }
        }

        if (instruction.Length > 0)
        {
            yield return instruction.ToString();
        }
    }

    /// <summary>The instructions without what stands between them.</summary>
    public static ImmutableArray<DockerfileInstruction> Instructions(string text)
    {
        var instructions = ImmutableArray.CreateBuilder<DockerfileInstruction>();
        var (line, start, stage) = (1, 0, -1);
        foreach (var part in Split(text))
        {
            var instruction = new DockerfileInstruction(line, start, part, stage);
            if (part.Trim().Length > 0 && !part.TrimStart().StartsWith('#'))
            {
                stage += instruction.Keyword == "FROM" ? 1 : 0;
                instructions.Add(instruction with { Stage = stage });
            }

            line += part.Count(static character => character == '\n');
            start += part.Length;
        }

        return instructions.ToImmutable();
    }

    /// <summary>The names of the stages, in their order; those without a name are left out.</summary>
    public static ImmutableArray<string> Stages(string text) =>
        [.. Instructions(text).Select(static instruction => instruction.StageName).OfType<string>()];

    /// <summary>The word that ends the here-document which an instruction begins; <see langword="null"/> for none.</summary>
    private static string? HereDocument(string instruction)
    {
        var keyword = instruction.TrimStart().Split([' ', '\t'], 2)[0].ToUpperInvariant();
        var at = instruction.IndexOf("<<", StringComparison.Ordinal);
        if (keyword is not ("RUN" or "COPY" or "ADD") || at < 0 || (at > 0 && instruction[at - 1] == '<'))
        {
            return null;
        }

        var word = instruction[(at + 2)..].TrimStart('-').TrimStart('"', '\'');
        var length = 0;
        while (length < word.Length && (char.IsAsciiLetterOrDigit(word[length]) || word[length] == '_'))
        {
            length++;
        }

        return length > 0 && !char.IsAsciiDigit(word[0]) ? word[..length] : null;
    }

    private static IEnumerable<string> Lines(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            yield return text[start..end];
            start = end;
        }
    }
}
