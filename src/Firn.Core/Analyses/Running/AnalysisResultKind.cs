namespace Firn.Analyses.Running;

/// <summary>What became of an analysis.</summary>
internal enum AnalysisResultKind
{
    Succeeded,
    Failed,

    /// <summary>It was not run, since nothing has changed.</summary>
    Unchanged,

    /// <summary>It was not run, since one that it needs did not succeed.</summary>
    NeedFailed,

    /// <summary>It could not be started.</summary>
    Refused,

    /// <summary>It was not run, since a signal asked to end.</summary>
    Cancelled,
}
