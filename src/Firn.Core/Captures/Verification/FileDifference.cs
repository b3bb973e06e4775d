namespace Firn.Captures.Verification;

/// <summary>A file that is not what its package recorded.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Owner">The distribution or conda package, <c>python</c> for the interpreter, <c>files</c> for what no package owns.</param>
/// <param name="State">How it differs.</param>
/// <param name="Recorded">The recorded digest, or what a link leads to; <see langword="null"/> where only the name is recorded.</param>
/// <param name="Observed">What is there; <see langword="null"/> where nothing can be read.</param>
internal sealed record FileDifference(string Path, string Owner, FileState State, string? Recorded, string? Observed);
