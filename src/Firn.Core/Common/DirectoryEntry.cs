namespace Firn.Common;

/// <summary>A name in a folder.</summary>
/// <remarks>A class: lists and enumerators of an own struct are not precompiled and cost 10 ms to compile at run time.</remarks>
internal sealed record DirectoryEntry(string Name, DirectoryEntryKind Kind);
