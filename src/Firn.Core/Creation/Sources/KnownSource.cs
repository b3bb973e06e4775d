using System.Collections.Immutable;
using Firn.Captures.Archives;
using Firn.Common;

namespace Firn.Creation.Sources;

/// <summary>What a store knows of a wheel or a conda package whose bundle it has (docs/formats/source.md).</summary>
internal sealed record KnownSource
{
    public const string Schema = "firn.source/1";

    /// <summary>Whether it is a conda package, not a wheel.</summary>
    public bool IsConda { get; init; }

    /// <summary>The archive's file name.</summary>
    public required string FileName { get; init; }

    /// <summary>The digest of the archive.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>The same with MD5, in hexadecimal digits.</summary>
    public required string Md5 { get; init; }

    /// <summary>The archive's length in bytes.</summary>
    public required long ArchiveSize { get; init; }

    /// <summary>For which Python the bundle was made, for example <c>python3.11</c>; empty where it fits all.</summary>
    public required string Variant { get; init; }

    /// <summary>Of a wheel the canonical name, of a conda package its name.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required Sha256Digest Bundle { get; init; }

    /// <summary>Bytes of the bundle's files.</summary>
    public required long Size { get; init; }

    /// <summary>Files and links of the bundle.</summary>
    public required int FileCount { get; init; }

    /// <summary>Of a wheel: the name of its metadata folder.</summary>
    public string? Metadata { get; init; }

    /// <summary>Of a wheel: the launchers of its entry points.</summary>
    public ImmutableArray<ArchivedLauncher> Launchers { get; init; } = [];

    /// <summary>Of a wheel: what it needs, as its metadata says.</summary>
    public ImmutableArray<string> Requires { get; init; } = [];

    /// <summary>Of a wheel: the versions of Python that it takes, as its metadata says.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Of a wheel with headers: the name of the folder that the bundle has them in.</summary>
    public string? HeadersName { get; init; }

    /// <summary>Of a conda package: the build string.</summary>
    public string? Build { get; init; }

    /// <summary>Of a conda package: the object that is its record as composed at first.</summary>
    public Sha256Digest? Record { get; init; }

    /// <summary>Of a conda package: the scripts of its entry points, with tokens for the prefix.</summary>
    public ImmutableArray<ArchivedText> Scripts { get; init; } = [];

    /// <summary>Of a conda package: its link scripts, which are not run.</summary>
    public ImmutableArray<string> LinkScripts { get; init; } = [];
}
