namespace Firn.Analyses.Launching;

/// <summary>A command to run and to wait for.</summary>
internal sealed record LaunchRequest
{
    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>All variables that it gets.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The folder it runs in, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether it reads this process's standard input; else that is empty.</summary>
    public bool InheritsInput { get; init; }

    /// <summary>Whether the program is a child of what is started: the tracer, which leaves signals to its group.</summary>
    public bool IsTraced { get; init; }

    /// <summary>The file that keeps what it prints.</summary>
    public required string Log { get; init; }

    public required OutputSink Output { get; init; }

    public required OutputSink Error { get; init; }

    /// <summary>Whether both go to one place, and so one pipe keeps their order.</summary>
    public bool HasOneOutput { get; init; }

    /// <summary>What it sees in other places than this process, whose names all else here has.</summary>
    public PrivateMounts? Mounts { get; init; }

    /// <summary>Is told the process's number when it has started.</summary>
    public Action<int>? Started { get; init; }
}
