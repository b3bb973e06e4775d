using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>Says what <c>firn restore</c> did.</summary>
internal sealed class RestoreReport(CommandConsole console, bool asJson)
{
    /// <summary>Says what stands in the way of a restore.</summary>
    public void WriteObstacles(WorkNotice.Obstacles notice)
    {
        if (asJson)
        {
            console.WriteDocument(stream => notice.WriteJson(stream, OptionNames.Of));
        }

        WriteObstacles(console.Error, notice);
    }

    /// <summary>Says it to a person.</summary>
    public static void WriteObstacles(TextWriter error, WorkNotice.Obstacles notice)
    {
        foreach (var obstacle in notice.Items)
        {
            error.WriteLine(TerminalText.Clean($"  {OptionNames.Write(obstacle)}"));
        }
    }

    /// <summary>Says what was done.</summary>
    public void Write(RestoreEnvironmentResult result)
    {
        if (asJson)
        {
            console.WriteDocument(stream => result.WriteJson(stream, OptionNames.Of));
        }
        else if (result.Files is { } files)
        {
            WriteText(result, files);
            if (result.Verification is { } verification)
            {
                new VerificationSummary(console.Output).Write(verification, isStrict: false);
            }
        }
        else
        {
            // The shared prefix was there already.
            console.Output.WriteLine(TerminalText.Clean(result.Prefix));
        }

        ProblemWriter.Write(console.Error, result.Problems);
    }

    private void WriteText(RestoreEnvironmentResult result, RestoredFiles files)
    {
        Line("Archive", result.Archive!);
        Line("Restored to", result.Prefix);
        Line("Python", result.BasePython switch
        {
            { IsArchived: true } => $"{result.PythonVersion}, from the archive",
            { Executable: var executable } => $"{result.PythonVersion}, {executable}",
            null => result.PythonVersion ?? "none",
        });
        Line("Packages", result.PackageCount.ToString("N0", null));
        Line("Files", $"{CountText.Of(files.Count, "file")}, {SizeText.Of(files.Bytes)}: {LinkModesText.Of(files)}");
        console.Output.Flush();
    }

    private void Line(string title, string text) => console.Output.WriteLine($"{title,-15} {TerminalText.Clean(text)}");
}
