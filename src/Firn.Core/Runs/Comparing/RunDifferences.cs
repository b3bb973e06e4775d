using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Firn.Captures.Differences;
using Firn.Common.Json;
using Firn.Runs.Records;

namespace Firn.Runs.Comparing;

/// <summary>Compares two runs; their environments are compared as captures.</summary>
internal static class RunDifferences
{
    private const int ShownDigits = 12;

    /// <summary>
    /// What differs, kind by kind. Where the project and the environment lay says nothing: of a rerun they lie elsewhere.
    /// </summary>
    public static ImmutableArray<RunDifference> Of(RecordedRun firstRun, RecordedRun secondRun)
    {
        var (first, second) = (firstRun.Execution, secondRun.Execution);
        var found = ImmutableArray.CreateBuilder<RunDifference>();
        AddTexts("command", string.Empty, string.Join(' ', first.Command), string.Join(' ', second.Command));
        AddTexts("folder", string.Empty, first.WorkingDirectory, second.WorkingDirectory);
        Add(found, "code", "commit", first.Code?.Commit, second.Code?.Commit);
        Add(found, "code", "contents", Short(first.Code?.Digest?.Hex), Short(second.Code?.Digest?.Hex));
        foreach (var name in Names(first.Variables.Keys, second.Variables.Keys))
        {
            if (!RunComparer.IsUnimportant(name))
            {
                AddTexts("variable", name, first.Variables.GetValueOrDefault(name), second.Variables.GetValueOrDefault(name));
            }
        }

        Compare(found, "input", first.Inputs, second.Inputs);
        Compare(found, "output", first.Outputs, second.Outputs);
        Add(found, "end", "exit code", End(first), End(second));
        return found.ToImmutable();

        void AddTexts(string kind, string name, string? one, string? other)
        {
            if (Placeless(one, firstRun) != Placeless(other, secondRun))
            {
                Add(found, kind, name, one, other);
            }
        }
    }

    /// <summary>A text without the places of the run's environment and project.</summary>
    private static string? Placeless(string? text, RecordedRun run)
    {
        if (text is null)
        {
            return null;
        }

        var moved = MovedPaths.Of(text, run.Capture.Environment.Prefix, "$ENVIRONMENT");
        return run.Execution.ProjectFolder is { Length: > 1 } project ? MovedPaths.Of(moved, project, "$PROJECT") : moved;
    }

    private static void Compare(
        ImmutableArray<RunDifference>.Builder found, string kind, ImmutableArray<ExecutionFile> first, ImmutableArray<ExecutionFile> second)
    {
        var before = ByPath(first);
        var after = ByPath(second);
        foreach (var path in Names(before.Keys, after.Keys))
        {
            Add(found, kind, path, Short(before.GetValueOrDefault(path)), Short(after.GetValueOrDefault(path)));
        }
    }

    private static Dictionary<string, string> ByPath(ImmutableArray<ExecutionFile> files)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files.IsDefault ? [] : files)
        {
            found[file.Path] = file.Digest?.Hex ?? "unreadable";
        }

        return found;
    }

    private static SortedSet<string> Names(IEnumerable<string> first, IEnumerable<string> second)
    {
        var names = new SortedSet<string>(first, StringComparer.Ordinal);
        names.UnionWith(second);
        return names;
    }

    private static void Add(
        ImmutableArray<RunDifference>.Builder found, string kind, string name, string? first, string? second)
    {
        if (first != second)
        {
            found.Add(new RunDifference(kind, name, first, second));
        }
    }

    private static string End(Execution run) => run.Signal ?? run.ExitCode.ToString(CultureInfo.InvariantCulture);

    private static string? Short(string? hex) => hex?[..Math.Min(ShownDigits, hex.Length)];
}

/// <summary>One difference between two runs.</summary>
/// <param name="Kind">What differs: <c>command</c>, <c>code</c>, <c>variable</c>, <c>input</c>, <c>output</c>, <c>end</c>,
/// <c>files</c> of a package, or a <c>file</c> of none.</param>
/// <param name="Name">Which one; empty where there is only one.</param>
/// <param name="First">What the first has; <see langword="null"/> where it has none.</param>
/// <param name="Second">What the second has; <see langword="null"/> where it has none.</param>
public sealed record RunDifference(string Kind, string Name, string? First, string? Second);

/// <summary>Writes the differences of two runs, those of their environments among them (docs/formats/execution.md).</summary>
internal static class RunDifferencesWriter
{
    public const string Schema = "firn.run-diff/1";

    public static byte[] Write(CaptureDifferences environments, IReadOnlyList<RunDifference> runs)
    {
        using var document = JsonDocument.Parse(DifferencesWriter.Write(environments));
        var json = CanonicalJsonWriter.Document(Schema);
        json.Objects("differences", runs, difference =>
        {
            json.String("first", difference.First);
            json.String("kind", difference.Kind);
            json.String("name", difference.Name);
            json.String("second", difference.Second);
        });
        json.Name("environments");
        CanonicalJson.WriteValue(json, document.RootElement);
        return json.Finish();
    }
}

/// <summary>Finds the paths of a folder inside of arguments, shell texts and lists, and puts another folder in its place.</summary>
internal static class MovedPaths
{
    /// <summary>The text with the folder's path replaced wherever a path begins with it.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="from">The folder, absolute and clean.</param>
    /// <param name="to">What stands in its place.</param>
    public static string Of(string text, string from, string to)
    {
        StringBuilder? moved = null;
        var copied = 0;
        for (var at = Next(text, from, 0); at >= 0; at = Next(text, from, at + from.Length))
        {
            moved ??= new StringBuilder();
            moved.Append(text, copied, at - copied).Append(to);
            copied = at + from.Length;
        }

        return moved is null ? text : moved.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Whether a path in the text begins with the folder.</summary>
    public static bool Contain(string text, string folder) => Next(text, folder, 0) >= 0;

    private static int Next(string text, string folder, int start)
    {
        for (var at = text.IndexOf(folder, start, StringComparison.Ordinal); at >= 0; at = text.IndexOf(folder, at + 1, StringComparison.Ordinal))
        {
            if (IsStart(text, at) && IsEnd(text, at + folder.Length))
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Nothing of a name stands before it, but for an option's letter, as in <c>-I/home/ana/include</c>.</summary>
    private static bool IsStart(string text, int at) =>
        at == 0
        || !IsOfName(text[at - 1])
        || (at >= 2 && char.IsAsciiLetter(text[at - 1]) && text[at - 2] == '-' && (at == 2 || !IsOfName(text[at - 3])));

    private static bool IsEnd(string text, int at) => at == text.Length || !IsOfName(text[at]) || text[at] == '/';

    private static bool IsOfName(char character) => char.IsLetterOrDigit(character) || character is '_' or '-' or '.' or '/' or '~' or '+';
}
