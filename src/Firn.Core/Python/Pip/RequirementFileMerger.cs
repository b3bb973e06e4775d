using System.Collections.Immutable;
using Firn.Common;

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
