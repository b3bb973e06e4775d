namespace Firn.Host;

/// <summary>One program header.</summary>
internal sealed record ElfSegment(ulong Offset, ulong Address, ulong Size, ulong Alignment);
