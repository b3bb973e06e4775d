using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Archives.Documents;

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

/// <summary>What a bundle holds.</summary>
internal enum ArchivedPackageKind
{
    /// <summary>The interpreter and its standard library.</summary>
    Interpreter,

    /// <summary>A conda package.</summary>
    Conda,

    /// <summary>A Python distribution.</summary>
    Distribution,

    /// <summary>The project of an editable install.</summary>
    Project,

    /// <summary>Files that no package owns.</summary>
    Rest,
}

/// <summary>What an installation of a distribution holds beside its bundle.</summary>
internal sealed record ArchivedDistribution
{
    /// <summary>The name of its metadata folder in site-packages, for example <c>numpy-1.26.4.dist-info</c>.</summary>
    public required string Metadata { get; init; }

    /// <summary>The launchers, sorted by path.</summary>
    public ImmutableArray<ArchivedLauncher> Launchers { get; init; } = [];

    /// <summary>
    /// The files that the installer wrote into the metadata folder, by name: INSTALLER, REQUESTED, direct_url.json
    /// (without credentials), and what of uv's there is.
    /// </summary>
    public ImmutableSortedDictionary<string, string> InstallerFiles { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Whether it has a RECORD, which a restore writes again.</summary>
    public bool HasRecord { get; init; }

    /// <summary>Whether RECORD has rows for bytecode.</summary>
    public bool RecordsBytecode { get; init; }

    /// <summary>The rows of an editable install that lead to texts of the tree, relative to site-packages.</summary>
    public ImmutableArray<string> LinkFiles { get; init; } = [];
}

/// <summary>A script that an installer wrote for an entry point.</summary>
/// <param name="Path">Relative to the prefix, for example <c>bin/pip3.11</c>.</param>
/// <param name="Interpreter">
/// The interpreter that it names, relative to the prefix, for example <c>bin/python3.11</c>; <see langword="null"/> where
/// the form is not known and <paramref name="Body"/> is the whole file.
/// </param>
/// <param name="Body">What follows the line or lines that name the interpreter.</param>
internal sealed record ArchivedLauncher(string Path, string? Interpreter, string Body);

/// <summary>What an installation of a conda package holds beside its bundle.</summary>
internal sealed record ArchivedCondaPackage
{
    /// <summary>The build string.</summary>
    public required string Build { get; init; }

    /// <summary>The object in the store that is its record from <c>conda-meta</c>, without credentials.</summary>
    public required Sha256Digest Record { get; init; }

    /// <summary>
    /// Files, in the package's own paths, whose published bytes could not be brought back: they are the installed bytes
    /// of this prefix. Sorted.
    /// </summary>
    public ImmutableArray<string> AsInstalled { get; init; } = [];
}

/// <summary>A file that is not what its package's record says.</summary>
/// <param name="Path">Its path in the bundle.</param>
/// <param name="Recorded">The recorded digest.</param>
/// <param name="Observed">The digest of its bytes; <see langword="null"/> where the file is missing.</param>
internal sealed record EditedFile(string Path, string Recorded, Sha256Digest? Observed);
