namespace Firn.Benchmarks.Compare;

/// <summary>A whole process that is measured.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments, made anew for each run: a run may need a folder that is not there yet.</param>
internal sealed record Contestant(string Name, string FileName, Func<int, IReadOnlyList<string>> Arguments)
{
    /// <summary>Variables added to this process's own.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it runs; <see langword="null"/> for this process's own folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>What has to be there before a run, not measured.</summary>
    public Action<int>? Before { get; init; }

    /// <summary>Removes what a run has made, not measured: memory is where the runs write.</summary>
    public Action<int>? After { get; init; }
}
