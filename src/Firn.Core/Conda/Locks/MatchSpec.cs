using Firn.Common;

namespace Firn.Conda.Locks;

/// <summary>What a match spec asks for (CEP 29), for people who write one package exactly, and for a solver otherwise.</summary>
internal sealed record MatchSpec
{
    /// <summary>As it is written, without credentials.</summary>
    public required string Text { get; init; }

    /// <summary>In lower case; <c>*</c> for any.</summary>
    public required string Name { get; init; }

    /// <summary>A version, or an expression such as <c>&gt;=1.26,&lt;2</c> or <c>1.26.*</c>.</summary>
    public string? Version { get; init; }

    /// <summary>A build, or a pattern with <c>*</c>.</summary>
    public string? Build { get; init; }

    /// <summary>A name or a URL without platform; the URL may carry credentials.</summary>
    public string? Channel { get; init; }

    public string? Subdir { get; init; }

    public string? Sha256 { get; init; }

    public string? Md5 { get; init; }

    /// <summary>The archive itself, where the spec is a URL or a path.</summary>
    public LockedCondaPackage? Archive { get; init; }

    /// <summary>Whether it counts under a condition only (CEP 43), as in <c>numpy[when="python&gt;=3.12"]</c>.</summary>
    public bool IsConditional { get; init; }

    /// <summary>Whether it asks for more than is compared here, by a key such as <c>track_features</c>.</summary>
    public bool HasOtherKeys { get; init; }

    /// <summary>The file and line that has it.</summary>
    public string? Origin { get; init; }

    /// <summary>Whether it can name one archive only: name, version and build, or a digest in place of the build.</summary>
    public bool IsExact => Archive is not null
        || (Name != "*" && !IsConditional && !HasOtherKeys && Version is not null && CondaNames.IsVersion(Version)
            && (Build is not null ? CondaNames.IsBuild(Build) : Sha256 is not null || Md5 is not null));

    /// <summary>The spec; <see langword="null"/> where it is none.</summary>
    public static MatchSpec? Parse(string text) => MatchSpecParser.Parse(text, out _);

    /// <summary>The spec, which may also be the URL or the path of an archive; <see langword="null"/> with the reason.</summary>
    public static MatchSpec? Parse(string text, Surroundings surroundings, string origin, out string? reason)
    {
        if (!IsArchive(text))
        {
            return MatchSpecParser.Parse(text, out reason) is { } spec ? spec with { Origin = origin } : null;
        }

        var url = ArchiveLine.Parse(text.Trim(), surroundings, out var hash, out reason);
        return url is null || CondaArtifact.Parse(url, out reason) is not { } artifact
            ? null
            : Of(artifact.ToPackage(origin) with { Sha256 = LockHash.Sha256(hash), Md5 = LockHash.Md5(hash) });
    }

    /// <summary>The spec that an archive's URL stands for (CEP 29, appendix C).</summary>
    public static MatchSpec Of(LockedCondaPackage archive) => new()
    {
        Text = archive.SafeUrl,
        Name = archive.Name.ToLowerInvariant(),
        Version = archive.Version,
        Build = archive.Build,
        Channel = archive.Channel,
        Subdir = archive.Subdir,
        Sha256 = archive.Sha256,
        Md5 = archive.Md5,
        Archive = archive,
        Origin = archive.Origin,
    };

    /// <summary>
    /// Whether a package of that name, version and build satisfies it; <see langword="false"/> too for a version that
    /// conda could not read.
    /// </summary>
    public bool Matches(string name, string version, string build) =>
        CondaGlob.Matches(Name, name.ToLowerInvariant())
        && (Version is null || Version == version || CondaVersionSpec.Matches(Version, version) == true)
        && (Build is null || CondaGlob.Matches(Build.ToLowerInvariant(), build.ToLowerInvariant()));

    public bool Matches(LockedCondaPackage package) =>
        Matches(package.Name, package.Version, package.Build)
        && (Subdir is null || package.Subdir is null || Subdir == package.Subdir)
        && (Sha256 is null || Sha256 == package.Sha256)
        && (Md5 is null || Md5 == package.Md5);

    public override string ToString() => Text;

    private static bool IsArchive(string text)
    {
        var content = text.AsSpan().Trim();
        var hash = content.IndexOf('#');
        content = hash < 0 ? content : content[..hash].TrimEnd();
        return CondaNames.Stem(content).Length > 0 && !content.Contains('[');
    }
}
