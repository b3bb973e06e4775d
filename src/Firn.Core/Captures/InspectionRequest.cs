using Firn.Common;

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

    /// <summary>What to do where <see cref="Environment"/> is not there; <see langword="null"/> for what is said of any.</summary>
    internal string? MissingHint { get; init; }

    /// <exception cref="FirnException">Whoever asked knows that it is not there.</exception>
    internal void MustBeThere()
    {
        if (MissingHint is { } hint)
        {
            throw new FirnException($"no Python environment at {Environment}: there is no such file or folder", hint);
        }
    }
}
