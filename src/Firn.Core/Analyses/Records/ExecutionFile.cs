using Firn.Common;

namespace Firn.Analyses.Records;

/// <summary>An input or an output of a run.</summary>
/// <param name="Path">Relative to the project's folder with <c>/</c> between its parts, or absolute outside of it.</param>
/// <param name="Digest">Of its bytes; <see langword="null"/> where it could not be read.</param>
/// <param name="Size">In bytes.</param>
internal sealed record ExecutionFile(string Path, Sha256Digest? Digest, long Size);
