namespace Firn.Captures.Archives;

/// <summary>A text file of an installation; its folders are <see cref="ArchiveTokens"/>.</summary>
/// <param name="Path">Relative to the prefix.</param>
/// <param name="Text">The content.</param>
/// <param name="IsExecutable">Whether it may be executed.</param>
internal sealed record ArchivedText(string Path, string Text, bool IsExecutable);
