using Firn.Captures;

namespace Firn.Analyses.Records;

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
