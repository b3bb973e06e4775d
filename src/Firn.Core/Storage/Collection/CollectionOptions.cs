namespace Firn.Storage.Collection;

/// <summary>How a store is collected.</summary>
internal sealed record CollectionOptions
{
    /// <summary>How long what nothing needs is kept: a writer may be about to name it.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromDays(14);

    /// <summary>Leases and temporary files are some writer's for that long, whatever the grace period is.</summary>
    public static readonly TimeSpan LeastPatience = TimeSpan.FromDays(1);

    public TimeSpan Grace { get; init; } = DefaultGrace;

    /// <summary>Whether to say what would be removed, and remove nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether objects are removed that only a lost record may have named.</summary>
    public bool AcceptsLostRecords { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
