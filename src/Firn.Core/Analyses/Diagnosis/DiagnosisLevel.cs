namespace Firn.Analyses.Diagnosis;

/// <summary>How much a finding will hurt.</summary>
internal enum DiagnosisLevel
{
    /// <summary>Something crashes or cannot work.</summary>
    Error,

    /// <summary>It may crash, give other numbers, or be something else than the records say.</summary>
    Warning,

    /// <summary>Good to know, above all for who must bring the environment back.</summary>
    Info,
}
