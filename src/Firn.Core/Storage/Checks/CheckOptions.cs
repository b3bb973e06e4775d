namespace Firn.Storage.Checks;

/// <summary>How a store is checked.</summary>
internal sealed record CheckOptions
{
    /// <summary>Whether every byte is read, or names, sizes, records and references alone.</summary>
    public bool ReadData { get; init; }

    /// <summary>How old a leftover must be to be one: a younger one may be a writer's that works just now.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How many threads read; as many as the machine has processors where it is 0.</summary>
    public int Threads { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Is told how far the reading is.</summary>
    public CheckProgress Progress { get; init; } = new();
}
