using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Storage.Records;

/// <summary>One run of an analysis, or a tombstone for one: what stands in its chain (docs/formats/store.md).</summary>
internal sealed record RunRecord
{
    public const string Schema = "firn.run/1";

    public required string Subject { get; init; }

    public required string Name { get; init; }

    public required int Number { get; init; }

    /// <summary>The digest of the record before; <see langword="null"/> in the first.</summary>
    public Sha256Digest? Previous { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>One of <see cref="RunKinds"/>, or a newer firn's.</summary>
    public string Kind { get; init; } = RunKinds.Results;

    public RunStatus Status { get; init; }

    /// <summary>The number of the record that a tombstone takes out.</summary>
    public int? Forgets { get; init; }

    /// <summary>In the order of their names.</summary>
    public ImmutableArray<RunResource> Resources { get; init; } = [];

    /// <summary>The document of the code that a command ran; <see langword="null"/> where none is kept.</summary>
    public Sha256Digest? Code { get; init; }

    public ImmutableArray<RunEnvironment> Environments { get; init; } = [];

    /// <summary>The project it belongs to; <see langword="null"/> outside of any, and in records of firns before that knew none.</summary>
    public RunProject? Project { get; init; }

    public ExtraMembers Extra { get; init; } = ExtraMembers.None;

    /// <summary>The tombstone that takes a run out.</summary>
    public static RunRecord Forgetting(RunRecord run, DateTimeOffset now) => new()
    {
        Subject = run.Subject,
        Name = run.Name,
        Number = 0,
        Created = now,
        Kind = RunKinds.Tombstone,
        Forgets = run.Number,
    };

    public bool IsTombstone => Kind == RunKinds.Tombstone;
}
