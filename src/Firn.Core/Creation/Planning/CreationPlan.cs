using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Creation.Planning;

/// <summary>Exactly what an environment is to hold.</summary>
internal sealed record CreationPlan
{
    public required PythonTarget Python { get; init; }

    public ImmutableArray<PlannedConda> Conda { get; init; } = [];

    public ImmutableArray<PlannedWheel> Wheels { get; init; } = [];

    /// <summary>The environment id that it must come to have, where a capture says so.</summary>
    public string? ExpectedId { get; init; }

    /// <summary>What the user should know.</summary>
    public ImmutableArray<Problem> Notes { get; init; } = [];

    public int Count => Conda.Length + Wheels.Length;
}
