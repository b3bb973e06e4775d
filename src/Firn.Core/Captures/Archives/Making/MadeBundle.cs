using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Captures.Archives.Making;

/// <summary>What the document says of a bundle, once it is in the store.</summary>
internal sealed record MadeBundle
{
    public required Sha256Digest Digest { get; init; }

    /// <summary>Bytes of its files.</summary>
    public required long Size { get; init; }

    /// <summary>Files and links.</summary>
    public required int FileCount { get; init; }

    /// <summary>The digest of the file that is its bytecode in the store; <see langword="null"/> where there is none.</summary>
    public Sha256Digest? Bytecode { get; init; }

    /// <summary>Compiled files, absolute, that are other code than the store's of the same sources; it is never remembered with them.</summary>
    public IReadOnlyList<string> OtherBytecode { get; init; } = [];

    /// <summary>Sorted by path in the bundle.</summary>
    public ImmutableArray<EditedFile> Edited { get; init; } = [];

    /// <summary>ELF files with a RPATH or RUNPATH into the prefix, sorted.</summary>
    public ImmutableArray<string> RunPathFiles { get; init; } = [];

    /// <summary>Of a conda package: the object that is its record.</summary>
    public Sha256Digest? Record { get; init; }

    /// <summary>Of a conda package: files whose published bytes could not be brought back, sorted.</summary>
    public ImmutableArray<string> AsInstalled { get; init; } = [];

    /// <summary>Texts that are kept as they are and name the prefix, relative to a restored one, sorted.</summary>
    public ImmutableArray<string> NamesPrefix { get; init; } = [];

    /// <summary>Files that cannot stand in a bundle.</summary>
    public ImmutableArray<LeftOutFile> LeftOut { get; init; } = [];
}
