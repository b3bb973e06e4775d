namespace Firn.Captures.Archives;

/// <summary>A symbolic link of an installation.</summary>
/// <param name="Path">Relative to the prefix.</param>
/// <param name="Target">Where it leads: relative, or with <see cref="ArchiveTokens.Base"/> at its start.</param>
internal sealed record ArchivedLink(string Path, string Target);
