namespace Firn.Analyses.Projects;

/// <summary>What names an environment in <c>firn.yaml</c>.</summary>
internal enum EnvironmentChoiceKind
{
    /// <summary>A prefix: the folder of a virtualenv or of a conda environment.</summary>
    Prefix,

    /// <summary>A python executable: a path, or a name on PATH.</summary>
    Python,

    /// <summary>The name of a conda environment.</summary>
    CondaName,

    /// <summary>A capture to restore: a file, a folder with <c>environment.json</c>, or a store reference.</summary>
    Capture,

    /// <summary>Locks and specs, from which the environment is made when it is missing or they have changed.</summary>
    Locks,
}
