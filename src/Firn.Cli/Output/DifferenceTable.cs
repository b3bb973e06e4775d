using Firn.Captures.Differences;
using Firn.Runs.Comparing;

namespace Firn.Cli.Output;

/// <summary>Differences for people, a block for each kind.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="fits">Whether lines are to fit a terminal; else a difference is a line, to be searched and counted.</param>
internal sealed class DifferenceTable(TextWriter output, bool fits = false)
{
    private const int WidestName = 40;
    private const int WidestValue = 48;

    /// <param name="differences">The differences of the environments.</param>
    /// <param name="areRunsEqual">Whether what was compared besides is equal too: the runs, whose verdict this is.</param>
    public void Write(CaptureDifferences differences, bool areRunsEqual = true)
    {
        if (differences.AreEqual)
        {
            output.WriteLine(areRunsEqual ? "Equal as recorded" : "The runs differ; their environments are equal as recorded");
            output.WriteLine($"Environment id  {differences.FirstId}");
            return;
        }

        WriteKinds(differences.Items);
        output.WriteLine(differences.HaveEqualEnvironments
            ? $"The environments are equal as recorded ({differences.FirstId})"
            : differences.FirstId == differences.SecondId
                ? $"The environments differ, though their ids are the same ({differences.FirstId}): an id has no commit of an editable install"
                : "The environments differ");
    }

    /// <summary>A block for each kind that there is.</summary>
    public void WriteKinds(IReadOnlyCollection<Difference> items)
    {
        foreach (var kind in Enum.GetValues<DifferenceKind>())
        {
            WriteKind(kind, [.. items.Where(item => item.Kind == kind)]);
        }
    }

    private void WriteKind(DifferenceKind kind, List<Difference> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        output.WriteLine($"{Title(kind)} ({items.Count})");
        var name = Math.Min(WidestName, items.Max(item => item.Name.Length));
        var first = Math.Min(WidestValue, items.Max(item => item.First?.Length ?? 0));
        foreach (var item in items)
        {
            var label = $"  {Sign(item.Change)} {item.Name.PadRight(name)}";
            string[] values = item.Change switch
            {
                DifferenceChange.Added => [item.Second ?? string.Empty],
                DifferenceChange.Removed => [item.First ?? string.Empty],
                _ => [(item.First ?? string.Empty).PadRight(first), $"-> {item.Second}"],
            };
            if (fits)
            {
                FittedText.WriteRow(output, [label, .. values]);
            }
            else
            {
                output.WriteLine(TerminalText.Clean($"{label}  {string.Join(' ', values)}"));
            }
        }

        output.WriteLine();
    }

    private static char Sign(DifferenceChange change) => change switch
    {
        DifferenceChange.Added => '+',
        DifferenceChange.Removed => '-',
        DifferenceChange.Contents => '!',
        _ => '~',
    };

    private static string Title(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Interpreter => "Interpreter",
        DifferenceKind.Package => "Packages",
        DifferenceKind.CondaPackage => "Conda packages",
        DifferenceKind.NativeLibrary => "Native libraries",
        DifferenceKind.Variable => "Variables",
        _ => "Host",
    };
}

/// <summary>Differences of runs for people.</summary>
internal sealed class RunDifferenceTable(TextWriter output)
{
    private const int WidestName = 40;

    /// <summary>With the signs between them, 80.</summary>
    private const int MaxOnALine = 74;

    public void Write(IReadOnlyList<RunDifference> differences)
    {
        if (differences.Count == 0)
        {
            output.WriteLine("The runs are equal: command, code, variables, inputs, outputs");
            return;
        }

        var width = Math.Min(WidestName, differences.Max(difference => Label(difference).Length));
        foreach (var difference in differences)
        {
            var label = $"{Sign(difference)} {Label(difference).PadRight(width)}";
            if (difference is { First: { } first, Second: { } second } && label.Length + first.Length + second.Length > MaxOnALine)
            {
                FittedText.WriteRow(output, label, first);
                output.WriteLine(TerminalText.Clean($"    -> {second}"));
            }
            else
            {
                FittedText.WriteRow(output, label, Values(difference)!);
            }
        }

        output.WriteLine();
    }

    private static string Label(RunDifference difference) =>
        difference.Name.Length == 0 ? difference.Kind : $"{difference.Kind} {difference.Name}";

    private static char Sign(RunDifference difference) => difference switch
    {
        { First: null } => '+',
        { Second: null } => '-',
        _ => '~',
    };

    private static string? Values(RunDifference difference) => difference switch
    {
        { First: null } => difference.Second,
        { Second: null } => difference.First,
        _ => $"{difference.First} -> {difference.Second}",
    };
}
