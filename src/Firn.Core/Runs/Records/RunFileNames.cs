using Firn.Captures.Documents;

namespace Firn.Runs.Records;

/// <summary>The names of what Firn itself puts among the files of a run, beside the capture's files and the outputs.</summary>
internal static class RunFileNames
{
    /// <summary>The document of <see cref="Execution"/>.</summary>
    public const string Execution = "run.json";

    /// <summary>What the run printed.</summary>
    public const string Log = "run.log";

    /// <summary>What the run really imported and loaded.</summary>
    public const string Observation = "observation.json";

    /// <summary>What was not committed, as <c>git diff --binary</c> writes it.</summary>
    public const string Patch = "code.patch";

    /// <summary>The folder of untracked source files.</summary>
    public const string CodeFolder = "code";

    /// <summary>The resolved configuration of the analysis.</summary>
    public const string Configuration = "analysis.json";
}

/// <summary>Under which name a run keeps an output.</summary>
internal static class RunResourceNames
{
    private const string OutputFolder = "outputs/";

    private static readonly string[] Taken =
    [
        RunFileNames.Execution, RunFileNames.Log, RunFileNames.Observation, RunFileNames.Patch, RunFileNames.Configuration,
        RunFileNames.CodeFolder, Capture.FileName, CaptureFileNames.Pip, CaptureFileNames.Conda, CaptureFileNames.CondaExplicit,
        CaptureFileNames.System, "outputs",
    ];

    /// <summary>Its path; where that is outside of the project, or Firn's own name, below <c>outputs</c>.</summary>
    /// <param name="path">As in <see cref="ExecutionFile"/>.</param>
    public static string OfOutput(string path)
    {
        var first = path.Split('/')[0];
        var isTaken = first.Length == 0 || first == ".." || Array.IndexOf(Taken, first) >= 0;
        return isTaken ? OutputFolder + path.Replace("../", "up/", StringComparison.Ordinal).TrimStart('/') : path;
    }
}
