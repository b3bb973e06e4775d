using System.Collections.Immutable;

namespace Firn.Host;

/// <summary>Bytes that take the place of as many others in a file.</summary>
/// <param name="Offset">Where they stand in the file.</param>
/// <param name="Bytes">The new text and the NULs that fill the rest of the old one.</param>
/// <param name="OldText">The run path before, for people.</param>
/// <param name="NewText">The run path after.</param>
internal sealed record ElfPatch(long Offset, ImmutableArray<byte> Bytes, string OldText, string NewText);
