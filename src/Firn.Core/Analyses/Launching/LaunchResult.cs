namespace Firn.Analyses.Launching;

/// <summary>What came of a command.</summary>
/// <param name="Exit">How it ended.</param>
/// <param name="Started">When it was started.</param>
/// <param name="Ended">When it had ended.</param>
/// <param name="Leftovers">The processes that it left behind and that were ended, a line each.</param>
/// <param name="Log">The file of what it printed: the one that was asked for, or a copy where the run has removed that.</param>
/// <param name="LogFailure">Why the log is not whole; <see langword="null"/> where it is.</param>
internal sealed record LaunchResult(
    ChildExit Exit, DateTimeOffset Started, DateTimeOffset Ended, IReadOnlyList<string> Leftovers, string Log, string? LogFailure);
