namespace Firn.Analyses.Observation;

/// <summary>What tells a process and the program in it from others.</summary>
/// <param name="Parent">The number of its parent.</param>
/// <param name="StartTime">When it was started, in ticks of the machine.</param>
/// <param name="ArgumentsAt">Where its arguments lie in its memory: the same in a copy, another in another program.</param>
internal sealed record ProcessState(int Parent, long StartTime, ulong ArgumentsAt);
