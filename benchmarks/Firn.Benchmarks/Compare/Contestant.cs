namespace Firn.Benchmarks.Compare;

/// <summary>A whole process that is measured.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments, made anew for each run: a run may need a folder that is not there yet.</param>
internal sealed record Contestant(string Name, string FileName, Func<int, IReadOnlyList<string>> Arguments);
