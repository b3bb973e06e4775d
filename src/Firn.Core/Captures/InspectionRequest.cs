namespace Firn.Captures;

/// <summary>Which environment to inspect; with nothing set, the one that the surroundings point to.</summary>
public sealed record InspectionRequest
{
    /// <summary>A prefix, a python executable, or the name of one on PATH.</summary>
    public string? Environment { get; init; }

    /// <summary>The name of a conda environment.</summary>
    public string? CondaName { get; init; }

    /// <summary>Why it is that one, for people; <see langword="null"/> where what is named says it.</summary>
    public string? Reason { get; init; }
}
