namespace Firn.Conda.Archives;

/// <summary>A member of a package's tar, all but its bytes.</summary>
/// <param name="Path">As the archive has it, without <c>./</c> at the start and <c>/</c> at the end; empty for the root.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsExecutable">Whether the owner may execute it.</param>
/// <param name="LinkTarget">The text of a link; of a hard link the path of an earlier member.</param>
/// <param name="Size">The length of a file.</param>
internal sealed record ArchiveTarMember(string Path, ArchiveTarKind Kind, bool IsExecutable, string LinkTarget, long Size);
