using Firn.Analyses.Observation;
using Firn.Captures;

namespace Firn.Cli.Commands;

/// <summary>The arguments of <c>firn run</c>.</summary>
internal sealed record RunArguments
{
    /// <summary>The analyses that were named; none for all.</summary>
    public required IReadOnlyList<string> Analyses { get; init; }

    /// <summary>The environment that was named; <see langword="null"/> for the project's or the active one.</summary>
    public InspectionRequest? Environment { get; init; }

    /// <summary>Under which name a command is kept.</summary>
    public string? As { get; init; }

    /// <summary>Globs of a command's inputs; <see langword="null"/> where none were given.</summary>
    public IReadOnlyList<string>? Inputs { get; init; }

    public IReadOnlyList<string> Outputs { get; init; } = [];

    public string? Project { get; init; }

    public string? Store { get; init; }

    /// <summary>What names that store on a command line: empty, or with a space before it.</summary>
    public string StoreOption => Store is null ? string.Empty : $" --store {Store}";

    public int? Threads { get; init; }

    public int Jobs { get; init; } = 1;

    public bool IsForced { get; init; }

    public bool IsFrozen { get; init; }

    public ObservationMode Observes { get; init; } = ObservationMode.Report;

    public bool IsArchived { get; init; } = true;

    public bool WithInterpreter { get; init; }
}
