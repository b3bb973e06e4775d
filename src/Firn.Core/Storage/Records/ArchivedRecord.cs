using Firn.Common;

namespace Firn.Storage.Records;

/// <summary>One archive of an environment, or a tombstone for one: what stands in its chain (docs/formats/store.md).</summary>
internal sealed record ArchivedRecord
{
    public const string Schema = "firn.archived/1";

    public required string EnvironmentId { get; init; }

    public required int Number { get; init; }

    /// <summary>The digest of the record before; <see langword="null"/> in the first.</summary>
    public Sha256Digest? Previous { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The archive's document; <see langword="null"/> only in a tombstone.</summary>
    public Sha256Digest? Archive { get; init; }

    /// <summary>The capture's document; <see langword="null"/> only in a tombstone.</summary>
    public Sha256Digest? Capture { get; init; }

    /// <summary>Where the environment was; <see langword="null"/> only in a tombstone.</summary>
    public string? Prefix { get; init; }

    /// <summary>The number of the record that a tombstone takes out.</summary>
    public int? Forgets { get; init; }

    public ExtraMembers Extra { get; init; } = ExtraMembers.None;

    /// <summary>The tombstone that takes an archive out.</summary>
    public static ArchivedRecord Forgetting(ArchivedRecord archived, DateTimeOffset now) => new()
    {
        EnvironmentId = archived.EnvironmentId,
        Number = 0,
        Created = now,
        Forgets = archived.Number,
    };

    public bool IsTombstone => Forgets is not null;
}
