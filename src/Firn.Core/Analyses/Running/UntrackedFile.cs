namespace Firn.Analyses.Running;

/// <summary>A source file that git does not have.</summary>
/// <param name="Name">Relative to the project's folder.</param>
/// <param name="Content">Its bytes, as they were before the run.</param>
internal sealed record UntrackedFile(string Name, ReadOnlyMemory<byte> Content);
