using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Captures.Archives;

/// <summary>One bundle of an archive and what this installation added to it.</summary>
internal sealed record ArchivedPackage
{
    public required ArchivedPackageKind Kind { get; init; }

    /// <summary>The canonical name of a distribution, the name of a conda package, else <c>python</c> or <c>files</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The version, where there is one.</summary>
    public string? Version { get; init; }

    /// <summary>The bundle's id.</summary>
    public required Sha256Digest Bundle { get; init; }

    /// <summary>Bytes of the bundle's files.</summary>
    public long Size { get; init; }

    /// <summary>How many files and links the bundle holds.</summary>
    public int FileCount { get; init; }

    /// <summary>Whether the store has a bytecode bundle of it for the tree's cache tag.</summary>
    public bool HasBytecode { get; init; }

    /// <summary>
    /// The digest of that bytecode bundle's file, as it was in the store; <see langword="null"/> where there is none, and in
    /// archives of a firn that did not note it, whose bytecode nothing vouches for.
    /// </summary>
    public Sha256Digest? Bytecode { get; init; }

    /// <summary>
    /// Where the bundle's paths begin, relative to the prefix: empty, or <c>src/NAME</c> for an editable install's project.
    /// </summary>
    public string Root { get; init; } = string.Empty;

    /// <summary>Of an editable install's project: its folder when it was archived, absolute.</summary>
    public string? ProjectPath { get; init; }

    /// <summary>
    /// Of an editable install's project: where the folder that the distribution names lies below <see cref="Root"/>; empty
    /// where it is the whole, else a folder of a repository, or the <c>src</c> of a <c>setup.py develop</c>.
    /// </summary>
    public string Subfolder { get; init; } = string.Empty;

    /// <summary>Of a distribution.</summary>
    public ArchivedDistribution? Distribution { get; init; }

    /// <summary>Of a conda package.</summary>
    public ArchivedCondaPackage? Conda { get; init; }

    /// <summary>Files whose bytes are not those recorded, sorted by their path in the bundle.</summary>
    public ImmutableArray<EditedFile> Edited { get; init; } = [];
}
