using Firn.Analyses.Running;

namespace Firn.Cli.Output;

/// <summary>Differences of runs for people.</summary>
internal sealed class RunDifferenceTable(TextWriter output)
{
    private const int WidestName = 40;

    /// <summary>With the signs between them, 80.</summary>
    private const int MostOnALine = 74;

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
            if (difference is { First: { } first, Second: { } second } && label.Length + first.Length + second.Length > MostOnALine)
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
