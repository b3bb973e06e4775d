using System.Collections.Immutable;
using Firn.Common;
using Firn.Git;

namespace Firn.Python.Distributions;

/// <summary>One installed Python package: what Python would import, as its metadata describes it.</summary>
public sealed record Distribution
{
    /// <summary>The name as the metadata spells it.</summary>
    public required string Name { get; init; }

    /// <summary>The name in the one form that compares (PEP 503): lower case, runs of <c>-_.</c> as one <c>-</c>.</summary>
    public required string CanonicalName { get; init; }

    /// <summary>The version, normalised where it is valid (PEP 440), else as the metadata spells it; empty where none is told.</summary>
    public required string Version { get; init; }

    /// <summary>The <c>.dist-info</c> or <c>.egg-info</c>, absolute.</summary>
    public required string MetadataPath { get; init; }

    /// <summary>The entry of <c>sys.path</c> that it was found in, absolute.</summary>
    public required string Location { get; init; }

    /// <summary>The contents of INSTALLER, for example <c>pip</c> or <c>uv</c>.</summary>
    public string? Installer { get; init; }

    /// <summary>Whether the user asked for it by name (the file REQUESTED).</summary>
    public bool Requested { get; init; }

    /// <summary>The tool it belongs to.</summary>
    public DistributionOwner Owner { get; init; }

    /// <summary>Where it came from, where that was no index.</summary>
    public DirectReference? DirectReference { get; init; }

    /// <summary>The project's folder, where the install is editable.</summary>
    public EditableProject? Editable { get; init; }

    /// <summary>The recorded digest; <see langword="null"/> where there is no RECORD.</summary>
    public Sha256Digest? RecordedDigest { get; init; }

    /// <summary>How many files went into <see cref="RecordedDigest"/>.</summary>
    public int FileCount { get; init; }

    /// <summary>Their size by RECORD, in bytes.</summary>
    public long Size { get; init; }

    /// <summary>The system package that owns it, as <c>NAME=VERSION</c>.</summary>
    public string? SystemPackage { get; init; }

    /// <summary>The conda package that owns it.</summary>
    public string? CondaPackage { get; init; }
}

/// <summary>The tool that a distribution belongs to and that must be used to change it.</summary>
public enum DistributionOwner
{
    /// <summary>No file says who installed it.</summary>
    Unknown,

    /// <summary>pip.</summary>
    Pip,

    /// <summary>uv, also where pixi drives it (<c>uv-pixi</c>).</summary>
    Uv,

    /// <summary>Poetry.</summary>
    Poetry,

    /// <summary>conda, mamba or pixi.</summary>
    Conda,

    /// <summary>The system's package manager: dpkg, rpm or apk.</summary>
    System,

    /// <summary>Another installer, named by <see cref="Distribution.Installer"/>.</summary>
    Other,
}

/// <summary>Where a distribution that did not come from an index came from (PEP 610, <c>direct_url.json</c>).</summary>
/// <param name="Url">The URL with credentials removed.</param>
public sealed record DirectReference(string Url)
{
    /// <summary>The version control system, for example <c>git</c>; <see langword="null"/> for archives and folders.</summary>
    public string? Vcs { get; init; }

    /// <summary>The commit that was installed.</summary>
    public string? CommitId { get; init; }

    /// <summary>The branch, tag or commit that was asked for.</summary>
    public string? RequestedRevision { get; init; }

    /// <summary>The folder of the project below the URL.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The archive's hashes as <c>ALGORITHM=HEX</c>.</summary>
    public ImmutableArray<string> Hashes { get; init; } = [];

    /// <summary>Whether it is a folder on this machine.</summary>
    public bool IsDirectory { get; init; }
}

/// <summary>The folder behind an editable install.</summary>
/// <param name="Path">The project's folder, absolute.</param>
/// <param name="Repository">Its git repository, where it has one.</param>
public sealed record EditableProject(string Path, GitState? Repository);
