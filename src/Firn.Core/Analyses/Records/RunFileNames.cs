namespace Firn.Analyses.Records;

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
