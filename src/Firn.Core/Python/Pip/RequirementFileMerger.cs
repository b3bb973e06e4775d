using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Pip;

/// <summary>Follows the order and the comments of requirement files (pip: operations/freeze.py, option -r).</summary>
internal sealed class RequirementFileMerger(PipRules rules, PipFreezeOptions options, List<Problem> problems)
{
    private const int Limit = 4 << 20;

    private static readonly string[] CopiedOptions =
    [
        "-r", "--requirement", "-f", "--find-links", "-i", "--index-url", "--pre", "--trusted-host",
        "--process-dependency-links", "--extra-index-url", "--use-feature",
    ];

    private readonly HashSet<string> _emitted = new(StringComparer.Ordinal);

    /// <summary>Moves the entries that the files name to the lines; what is left follows later.</summary>
    public void Merge(Dictionary<string, FrozenRequirement> entries, ImmutableArray<string>.Builder lines)
    {
        foreach (var file in options.RequirementFiles)
        {
            if (BoundedFile.ReadText(file, Limit) is not { } text)
            {
                problems.Add(new Problem("requirements-unreadable", file, "The requirement file cannot be read"));
                continue;
            }

            MergeFile(text, file, entries, lines);
        }

        lines.Add("## The following requirements were added by pip freeze:");
    }

    private void MergeFile(
        string text, string file, Dictionary<string, FrozenRequirement> entries, ImmutableArray<string>.Builder lines)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf('\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (IsCopied(line))
            {
                var copied = PythonText.StripEnd(line).ToString();
                if (_emitted.Add(copied))
                {
                    lines.Add(options.KeepsCredentials ? copied : Credentials.Remove(copied));
                }

                continue;
            }

            if (RequirementLine.NameOf(line) is { } name)
            {
                Move(name, file, entries, lines);
            }
        }
    }

    private void Move(
        string name, string file, Dictionary<string, FrozenRequirement> entries, ImmutableArray<string>.Builder lines)
    {
        if (entries.Remove(rules.MergesCanonicalNames ? CanonicalName.Of(name) : name, out var entry))
        {
            lines.Add(entry.Text);
        }
        else
        {
            problems.Add(new Problem("requirement-not-installed", file, $"'{name}' is not installed, or listed before"));
        }
    }

    private static bool IsCopied(ReadOnlySpan<char> line)
    {
        var stripped = PythonText.Strip(line);
        if (stripped.IsEmpty || stripped[0] == '#')
        {
            return true;
        }

        foreach (var option in CopiedOptions)
        {
            if (line.StartsWith(option, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Finds the project that a line of a requirement file names (pip: req/constructors.py).</summary>
internal static class RequirementLine
{
    /// <summary>The name; <see langword="null"/> where the line does not tell it.</summary>
    public static string? NameOf(ReadOnlySpan<char> line)
    {
        var text = PythonText.Strip(WithoutComment(line));
        var isEditable = text.StartsWith("-e") || text.StartsWith("--editable");
        if (isEditable)
        {
            text = text.StartsWith("-e") ? text[2..] : text["--editable".Length..];
            text = PythonText.Strip(text).TrimStart('=').TrimStart();
        }

        if (EggName(text) is { } egg)
        {
            return egg;
        }

        var end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' or '.'))
        {
            end++;
        }

        var rest = text[end..].TrimStart();
        var isName = end > 0 && (rest.IsEmpty || "[<>=!~;@(,".Contains(rest[0], StringComparison.Ordinal));
        return isName && !isEditable && !text[..end].EndsWith(".whl") ? text[..end].ToString() : WheelNameOf(text);
    }

    private static string? EggName(ReadOnlySpan<char> text)
    {
        var hash = text.IndexOf('#');
        var egg = hash < 0 ? -1 : text[hash..].IndexOf("egg=");
        if (egg < 0)
        {
            return null;
        }

        var name = text[(hash + egg + 4)..];
        var end = name.IndexOfAny('&', '[', ' ');
        return (end < 0 ? name : name[..end]).ToString();
    }

    private static string? WheelNameOf(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('#', ';', ' ');
        var path = end < 0 ? text : text[..end];
        var file = path[(path.LastIndexOf('/') + 1)..];
        var dash = file.IndexOf('-');
        return file.EndsWith(".whl") && dash > 0 ? file[..dash].ToString() : null;
    }

    /// <summary><c>(^|\s+)#.*$</c>.</summary>
    private static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#' && (i == 0 || PythonText.IsSpace(line[i - 1])))
            {
                return line[..i];
            }
        }

        return line;
    }
}
