using System.Collections.Immutable;
using Firn.Captures;
using Firn.Common;

namespace Firn.Creation.Planning;

/// <summary>Exactly what an environment is to hold.</summary>
internal sealed record CreationPlan
{
    public required PythonTarget Python { get; init; }

    public ImmutableArray<PlannedConda> Conda { get; init; } = [];

    public ImmutableArray<PlannedWheel> Wheels { get; init; } = [];

    /// <summary>The variables that the conda environment sets.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>The capture whose environment id it must come to have, where one was named.</summary>
    public Capture? Expected { get; init; }

    /// <summary>Whether a wheel that wants another Python is taken all the same.</summary>
    public bool IgnoresRequiresPython { get; init; }

    /// <summary>What the user should know.</summary>
    public ImmutableArray<Problem> Notes { get; init; } = [];

    public int Count => Conda.Length + Wheels.Length;
}
