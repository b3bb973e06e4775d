namespace Firn.Python.Requirements;

/// <summary>A line of a requirement file with those that continue it, without comments; never empty.</summary>
/// <param name="Number">The number of the first, from 1.</param>
/// <param name="Text">The text, without white space around it.</param>
internal sealed record LogicalLine(int Number, string Text);
