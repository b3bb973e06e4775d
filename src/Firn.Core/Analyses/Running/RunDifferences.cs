using System.Collections.Immutable;
using System.Globalization;
using Firn.Analyses.Records;

namespace Firn.Analyses.Running;

/// <summary>Compares two runs; their environments are compared as captures.</summary>
internal static class RunDifferences
{
    private const int ShownDigits = 12;

    /// <summary>
    /// What differs, kind by kind. Where the project and the environment lay says nothing: of a rerun they lie elsewhere.
    /// </summary>
    public static ImmutableArray<RunDifference> Of(LastRun firstRun, LastRun secondRun)
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
    private static string? Placeless(string? text, LastRun run)
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
