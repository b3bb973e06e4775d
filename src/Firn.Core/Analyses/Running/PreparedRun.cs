using System.Collections.Immutable;
using Firn.Analyses.Building;
using Firn.Analyses.Records;
using Firn.Captures;
using Firn.Captures.Archives.Planning;
using Firn.Common;

namespace Firn.Analyses.Running;

/// <summary>All that is known of a run before it starts.</summary>
internal sealed record PreparedRun
{
    public required RunTask Task { get; init; }

    /// <summary>The environment now.</summary>
    public required Capture Capture { get; init; }

    /// <summary>The environment as it was built; <see langword="null"/> for a run that was not built.</summary>
    public BuiltCapture? Built { get; init; }

    /// <summary>What has changed between the two, one line each.</summary>
    public ImmutableArray<string> Changes { get; init; } = [];

    /// <summary>What is set on top of the user's variables, and with <see langword="null"/> unset.</summary>
    public required ImmutableSortedDictionary<string, string?> Variables { get; init; }

    /// <summary>Default where none are declared.</summary>
    public ImmutableArray<ExecutionFile> Inputs { get; init; }

    public required CodeState Code { get; init; }

    /// <summary>The environment's files; <see langword="null"/> where they were not looked at yet.</summary>
    public EnvironmentFiles? Files { get; init; }

    /// <summary>A scan of the environment's folders that was begun beside the capture.</summary>
    public ScanAhead? Scan { get; init; }

    /// <summary>What was met on the way.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}
