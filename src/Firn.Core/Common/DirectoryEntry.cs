namespace Firn.Common;

/// <summary>A name in a folder.</summary>
internal readonly record struct DirectoryEntry(string Name, DirectoryEntryKind Kind);
