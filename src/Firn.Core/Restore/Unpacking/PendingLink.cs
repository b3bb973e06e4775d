namespace Firn.Restore.Unpacking;

/// <summary>A symbolic link that is made when all files are there.</summary>
/// <param name="Path">Relative to the restored prefix.</param>
/// <param name="Target">Where it leads.</param>
/// <param name="Rank">The rank of the package that has it.</param>
internal sealed record PendingLink(string Path, string Target, int Rank);
