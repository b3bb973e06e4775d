using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Python.Distributions;

/// <summary>What RECORD says of a distribution's files; no file was read for it.</summary>
/// <param name="Digest">The recorded digest (docs/formats/environment-id.md, "Recorded digest of a distribution").</param>
/// <param name="FileCount">How many rows went into the digest.</param>
/// <param name="Size">The sum of the sizes that RECORD gives for them, in bytes.</param>
/// <param name="NativeFiles">The absolute paths of extension modules and bundled libraries, in RECORD's order.</param>
/// <param name="RowsOutside">How many rows lead out of the installation root; they are neither counted nor followed.</param>
internal sealed record RecordedContent(
    Sha256Digest Digest, int FileCount, long Size, ImmutableArray<string> NativeFiles, int RowsOutside);
