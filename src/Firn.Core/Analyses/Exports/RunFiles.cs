using Firn.Analyses.Records;
using Firn.Captures;

namespace Firn.Analyses.Exports;

/// <summary>What the files are that Firn puts into a run.</summary>
internal static class RunFiles
{
    /// <summary>What the file is, for people; <see langword="null"/> where it is the analysis's own.</summary>
    public static string? DescriptionOf(string name) => name switch
    {
        RunFileNames.Execution => "What was run: the command, its times, inputs and outputs with their digests",
        RunFileNames.Log => "What the run printed",
        RunFileNames.Observation => "What the run really imported and loaded",
        RunFileNames.Patch => "The changes of the code that no commit holds",
        RunFileNames.Configuration => "The resolved configuration of the analysis",
        Capture.FileName => "The captured environment",
        CaptureFileNames.Pip => "The environment as pip freeze prints it",
        CaptureFileNames.Conda => "The environment as conda list --export prints it",
        CaptureFileNames.CondaExplicit => "The environment's conda packages by URL and digest",
        CaptureFileNames.System => "The system's packages whose libraries are in use",
        _ when name.StartsWith(RunFileNames.CodeFolder + "/", StringComparison.Ordinal) => "Source code that git does not track",
        _ => null,
    };

    /// <summary>Whether Firn put it there.</summary>
    public static bool IsOfFirn(string name) => DescriptionOf(name) is not null;

    /// <summary>The media type that the name tells; <see langword="null"/> where it tells none.</summary>
    public static string? MediaTypeOf(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".json" => "application/json",
        ".txt" or ".log" or ".ini" or ".cfg" => "text/plain",
        ".csv" => "text/csv",
        ".tsv" => "text/tab-separated-values",
        ".md" => "text/markdown",
        ".html" => "text/html",
        ".py" => "text/x-python",
        ".patch" or ".diff" => "text/x-diff",
        ".yaml" or ".yml" => "application/yaml",
        ".xml" => "application/xml",
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".svg" => "image/svg+xml",
        ".pdf" => "application/pdf",
        ".zip" => "application/zip",
        ".gz" => "application/gzip",
        ".h5" or ".hdf5" => "application/x-hdf5",
        ".npy" or ".npz" or ".pkl" or ".pt" => "application/octet-stream",
        _ => null,
    };
}
