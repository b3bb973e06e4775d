namespace Firn.Analyses.Diagnosis;

/// <summary>A file that a package lists as its own.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Owner">The distribution's canonical name, or the conda package's name.</param>
/// <param name="Hash">As the record has it; empty where it has none. Two that are equal mean equal contents.</param>
/// <param name="Size">In bytes as recorded; -1 where that is not known of the installed file.</param>
internal sealed record OwnedFile(string Path, string Owner, string Hash, long Size);
