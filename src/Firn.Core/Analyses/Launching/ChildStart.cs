namespace Firn.Analyses.Launching;

/// <summary>How a child process is started.</summary>
internal sealed record ChildStart
{
    /// <summary>The program's file.</summary>
    public required string Path { get; init; }

    /// <summary>All arguments, the program's name first.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>All variables of the child.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The folder it starts in, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Its standard input; <see langword="null"/> inherits this process's, -1 is empty.</summary>
    public int? Input { get; init; }

    /// <summary>Its standard output; <see langword="null"/> inherits this process's, -1 goes nowhere.</summary>
    public int? Output { get; init; }

    /// <summary>As <see cref="Output"/>.</summary>
    public int? Error { get; init; }

    /// <summary>Whether it leads a process group of its own, which a terminal's keys do not reach.</summary>
    public bool HasOwnGroup { get; init; }

    /// <summary>What it sees in other places than this process; the program and the folder are as it sees them.</summary>
    public PrivateMounts? Mounts { get; init; }
}
