using System.Collections.Immutable;
using Firn.Python.Indexes;

namespace Firn.Creation.Planning;

/// <summary>A plan, and how it came about: what <c>firn lock</c> writes down.</summary>
internal sealed record PlanDraft
{
    public required CreationPlan Plan { get; init; }

    /// <summary>What has no wheel yet, and is left in its folder where it is editable.</summary>
    public ImmutableArray<PlannedBuild> Editables { get; init; } = [];

    /// <summary>The solver of conda packages, where one was asked.</summary>
    public string? CondaSolver { get; init; }

    /// <summary>The solver of Python distributions, where one was asked.</summary>
    public string? PythonSolver { get; init; }

    /// <summary>Where Python distributions come from, all that was said taken together.</summary>
    public IndexOptions Index { get; init; } = IndexOptions.None;

    /// <summary>What was built from source, by name.</summary>
    public ImmutableArray<string> Built { get; init; } = [];
}
