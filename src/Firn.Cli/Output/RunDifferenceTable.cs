using Firn.Analyses.Running;

namespace Firn.Cli.Output;

/// <summary>Differences of runs for people.</summary>
internal sealed class RunDifferenceTable(TextWriter output)
{
    private const int WidestName = 40;

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
            output.WriteLine(TerminalText.Clean(
                $"{Sign(difference)} {Label(difference).PadRight(width)}  {Values(difference)}"));
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
