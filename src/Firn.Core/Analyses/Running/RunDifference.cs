namespace Firn.Analyses.Running;

/// <summary>One difference between two runs.</summary>
/// <param name="Kind">What differs: <c>command</c>, <c>code</c>, <c>variable</c>, <c>input</c>, <c>output</c>, <c>end</c>,
/// <c>files</c> of a package, or a <c>file</c> of none.</param>
/// <param name="Name">Which one; empty where there is only one.</param>
/// <param name="First">What the first has; <see langword="null"/> where it has none.</param>
/// <param name="Second">What the second has; <see langword="null"/> where it has none.</param>
internal sealed record RunDifference(string Kind, string Name, string? First, string? Second);
