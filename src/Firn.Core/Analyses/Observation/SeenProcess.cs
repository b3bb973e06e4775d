namespace Firn.Analyses.Observation;

/// <summary>A process of a run as the follower met it; another program that it executes is another one.</summary>
internal sealed class SeenProcess
{
    public required int ProcessId { get; init; }

    public required long StartTime { get; init; }

    /// <summary>Links followed.</summary>
    public required string Executable { get; init; }

    /// <summary>Where its arguments lie in its memory: the same in a copy, another when a program is executed.</summary>
    public required ulong ArgumentsAt { get; init; }

    /// <summary>Whether it is a copy of its parent that executed nothing.</summary>
    public bool IsFork { get; init; }

    /// <summary>Why it cannot report, as far as its arguments and variables say.</summary>
    public string? Why { get; init; }

    /// <summary>Whether it only prints its version or its help.</summary>
    public bool RunsNothing { get; init; }

    /// <summary>Whether it runs Python: its program is one, or has loaded one.</summary>
    public bool IsPython { get; set; }

    /// <summary>The shared objects that it had mapped whenever they were looked at.</summary>
    public HashSet<string> Libraries { get; } = new(StringComparer.Ordinal);

    /// <summary>When they are looked at again, by <see cref="Environment.TickCount64"/>.</summary>
    public long NextLook { get; set; }

    /// <summary>The time until then, in milliseconds; it doubles.</summary>
    public int LookInterval { get; set; } = 50;
}
