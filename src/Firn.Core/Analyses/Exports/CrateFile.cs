using Firn.Common;

namespace Firn.Analyses.Exports;

/// <summary>A file of a crate.</summary>
/// <param name="Path">Where it lies in the crate.</param>
/// <param name="Name">Its name in the run.</param>
/// <param name="Description">What it is, where Firn knows.</param>
/// <param name="MediaType">Where its name tells.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Digest">Of its bytes.</param>
internal sealed record CrateFile(string Path, string Name, string? Description, string? MediaType, long Size, Sha256Digest Digest);
