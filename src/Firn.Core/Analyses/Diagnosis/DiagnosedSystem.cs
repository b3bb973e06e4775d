namespace Firn.Analyses.Diagnosis;

/// <summary>Operating systems, as far as known trouble depends on them.</summary>
[Flags]
internal enum DiagnosedSystem
{
    None = 0,
    Linux = 1,
    MacOS = 2,
    Windows = 4,
    All = Linux | MacOS | Windows,
}
