using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Indexes;
using Firn.Python.Versions;

namespace Firn.Python.Locks;

/// <summary>A distribution that a lock names, exactly.</summary>
internal sealed record LockedDistribution
{
    /// <summary>The name as PEP 503 compares it.</summary>
    public required string Name { get; init; }

    /// <summary>The name as written.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The name as it may become a folder's.</summary>
    public string AskedName => CanonicalName.IsValid(DisplayName) ? DisplayName : Name;

    /// <summary>What the distribution's files come to, where a capture says it.</summary>
    public Sha256Digest? RecordedDigest { get; init; }

    /// <summary>The version in its normal form; <see langword="null"/> where only the source tells.</summary>
    public string? Version { get; init; }

    /// <summary>The versions that fit: <c>==1.0</c> takes <c>1.0+local</c> too; empty where <see cref="Version"/> says it all.</summary>
    public VersionSpecifiers Specifiers { get; init; } = VersionSpecifiers.Any;

    /// <summary>Whether <c>==</c> or a lock file names the version, so that a withdrawn file is taken.</summary>
    public bool IsPinned => Version is not null;

    /// <summary>The files to choose from; empty where an index is to be asked.</summary>
    public ImmutableArray<IndexFile> Files { get; init; } = [];

    /// <summary>The digests of which a file must have one; empty for any.</summary>
    public ImmutableArray<IndexHash> Hashes { get; init; } = [];

    /// <summary>
    /// The URL of <c>name @ url</c>, so that the installed distribution gets a direct_url.json; with its fragment, and
    /// with credentials where it has some.
    /// </summary>
    public string? DirectUrl { get; init; }

    /// <summary>What it is installed from.</summary>
    public LockedSourceKind Kind { get; init; }

    /// <summary>The extras asked for; the lock names what they need.</summary>
    public ImmutableArray<string> Extras { get; init; } = [];

    /// <summary>Where the lock says it, for example <c>requirements.txt:3</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The requirement as written, without credentials.</summary>
    public string? RequirementText { get; init; }

    /// <summary>Whether the user asked for it, as for all lines of a requirement file (file REQUESTED).</summary>
    public bool IsRequested { get; init; }

    /// <summary>The index that the lock took it from, if it says so.</summary>
    public string? IndexUrl { get; init; }

    /// <summary>The part of the source's tree that is the project.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>Whether a version is the locked one: one without a local part stands for all that have one.</summary>
    public bool Takes(Pep440Version version) => Specifiers.Items.IsEmpty
        ? Version is null || Pep440Version.Parse(Version) is not { } exact || VersionComparison.AreEqual(version, exact)
        : Specifiers.Contains(version, allowPrereleases: true);

    /// <summary>The name, the version and where the lock says it.</summary>
    public override string ToString() => Version is null ? $"{DisplayName} ({Origin})" : $"{DisplayName} {Version} ({Origin})";
}

/// <summary>What a locked distribution is installed from.</summary>
internal enum LockedSourceKind
{
    /// <summary>A wheel: of the files that are offered, or of an index.</summary>
    Wheel,

    /// <summary>A source archive, which has to be built.</summary>
    SourceArchive,

    /// <summary>A commit of a repository.</summary>
    Vcs,

    /// <summary>A project's folder.</summary>
    Directory,

    /// <summary>A project's folder that stays where it is.</summary>
    Editable,
}
