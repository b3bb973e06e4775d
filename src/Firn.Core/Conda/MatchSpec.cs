using Firn.Common;

namespace Firn.Conda;

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
    public static MatchSpec? Parse(string text, SystemContext systemContext, string origin, out string? reason)
    {
        if (!IsArchive(text))
        {
            return MatchSpecParser.Parse(text, out reason) is { } spec ? spec with { Origin = origin } : null;
        }

        var url = ExplicitLine.Parse(text.Trim(), systemContext, out var hash, out reason);
        return url is null || LockedCondaPackage.OfUrl(url, origin, out reason) is not { } archive
            ? null
            : Of(archive with { Sha256 = HexDigest.Sha256(hash), Md5 = HexDigest.Md5(hash) });
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

/// <summary>Reads <c>channel/subdir::name version build[key=value]</c> (CEP 29; conda models/match_spec.py <c>_parse_spec_str</c>).</summary>
internal static class MatchSpecParser
{
    /// <summary>No spec of a package is nearly as long.</summary>
    private const int MaxLength = 4096;

    public static MatchSpec? Parse(string text, out string? reason)
    {
        var spec = text.AsSpan().Trim();
        if (text.Length > MaxLength || text.AsSpan().ContainsAnyInRange('\0', '\u001f'))
        {
            reason = "it is too long or holds a control character";
            return null;
        }

        spec = spec.IndexOf('#') is >= 0 and var comment ? spec[..comment].TrimEnd() : spec;
        var condition = spec.IndexOf(" if ");
        var isConditional = condition > 0;
        spec = isConditional ? spec[..condition].TrimEnd(" ;") : spec;
        if (!TryBrackets(ref spec, out var keys, out reason))
        {
            return null;
        }

        SplitChannel(ref spec, out var channel, out var subdir);
        var found = Positional(spec, out reason);
        return found is null
            ? null
            : MatchSpecKeys.Apply(
                found with
                {
                    Text = ArchiveUrl.WithoutCredentials(text.Trim()),
                    Channel = channel,
                    Subdir = subdir,
                    IsConditional = isConditional,
                },
                keys, out reason);
    }

    /// <summary>
    /// What a version in brackets means: <c>=1.26</c> is 1.26 and all that follow, <c>==1.26</c> that one
    /// (<c>_sanitize_version_str</c>); <see langword="null"/> where conda could not read it.
    /// </summary>
    public static string? Version(ReadOnlySpan<char> text)
    {
        var version = text.ToString().Replace(" ", string.Empty, StringComparison.Ordinal);
        if (version.StartsWith('=') && !version.AsSpan().ContainsAny(",|"))
        {
            var bare = version.TrimStart('=');
            version = version.StartsWith("==", StringComparison.Ordinal) || bare.EndsWith('*') ? bare : bare + ".*";
        }

        return CondaVersionSpec.Matches(version, "1.0") is null ? null : version;
    }

    private static bool TryBrackets(ref ReadOnlySpan<char> spec, out ReadOnlySpan<char> keys, out string? reason)
    {
        keys = [];
        reason = null;
        var open = spec.IndexOf('[');
        if (open < 0)
        {
            return true;
        }

        if (spec[^1] != ']')
        {
            reason = "the brackets do not end it";
            return false;
        }

        keys = spec[(open + 1)..^1];
        spec = spec[..open];
        return true;
    }

    /// <summary>Takes channel, platform and namespace off; the namespace is ignored (CEP 29).</summary>
    private static void SplitChannel(ref ReadOnlySpan<char> spec, out string? channel, out string? subdir)
    {
        channel = subdir = null;
        var colon = spec.LastIndexOf(':');
        if (colon < 0)
        {
            return;
        }

        var before = spec[..colon];
        spec = spec[(colon + 1)..];
        var second = before.LastIndexOf(':');
        if (second > 0)
        {
            (channel, subdir) = Channel(before[..second]);
        }
    }

    /// <summary>The channel without its platform.</summary>
    public static (string? Channel, string? Subdir) Channel(ReadOnlySpan<char> text)
    {
        text = text.Trim().TrimEnd('/');
        var slash = text.LastIndexOf('/');
        if (slash > 0 && CondaChannel.IsPlatform(text[(slash + 1)..]))
        {
            var channel = text[..slash].TrimEnd('/');
            return (channel is "*" ? null : channel.ToString(), text[(slash + 1)..].ToString().ToLowerInvariant());
        }

        return (text.IsEmpty || text is "*" ? null : text.ToString(), null);
    }

    private static MatchSpec? Positional(ReadOnlySpan<char> spec, out string? reason)
    {
        reason = null;
        spec = spec.Trim();
        var parts = CondaDependency.Parse(spec.ToString());
        if (parts.Name != "*" && !IsName(parts.Name))
        {
            reason = "it has no name of a package";
            return null;
        }

        var (version, build) = (parts.Version, parts.Build);
        var rest = spec[parts.Name.Length..];
        if (build is not null && !version!.EndsWith('*') && rest.Length > 2 && rest[0] == ' ' && rest.TrimStart() is ['=', not '=', ..])
        {
            // "name =1.8 build" is 1.8 and all that follow to CEP 29, and 1.8 alone to conda: left to a solver.
            version = version + ".*";
        }

        if (version is not null && CondaVersionSpec.Matches(version, "1.0") is null)
        {
            reason = "the version is none";
            return null;
        }

        if (build is not null && !IsPattern(build))
        {
            reason = "the build is none";
            return null;
        }

        return new MatchSpec { Text = string.Empty, Name = parts.Name, Version = version, Build = build };
    }

    /// <summary>Whether it is a build with <c>*</c> for any characters.</summary>
    public static bool IsPattern(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '+' or '*' or '|' or '-'))
            {
                return false;
            }
        }

        return text.Length is > 0 and <= MaxLength;
    }

    private static bool IsName(string name) => name.StartsWith("__", StringComparison.Ordinal)
        ? CondaNames.IsName(name.AsSpan(2))
        : CondaNames.IsName(name);
}

/// <summary>The keys in a spec's brackets; they count more than what stands before them, but for the name (CEP 29).</summary>
internal static class MatchSpecKeys
{
    public static MatchSpec? Apply(MatchSpec spec, ReadOnlySpan<char> keys, out string? reason)
    {
        reason = null;
        keys = keys.Trim(" ,");
        while (!keys.IsEmpty)
        {
            var equals = keys.IndexOf('=');
            if (equals <= 0)
            {
                reason = "the brackets hold more than KEY=VALUE";
                return null;
            }

            var key = keys[..equals].Trim(" ,");
            var value = Value(keys[(equals + 1)..].TrimStart(), out var rest);
            if (value.IsEmpty || Set(spec, key, value.Trim()) is not { } next)
            {
                reason = $"the value of {key} is none";
                return null;
            }

            spec = next;
            keys = rest.TrimStart(" ,");
        }

        return spec;
    }

    /// <summary>Up to the quote that closes it, or to the comma or blank behind it.</summary>
    private static ReadOnlySpan<char> Value(ReadOnlySpan<char> text, out ReadOnlySpan<char> rest)
    {
        rest = [];
        if (text is ['\'' or '"', ..])
        {
            var close = text[1..].IndexOf(text[0]);
            rest = close < 0 ? [] : text[(close + 2)..];
            return close < 0 ? [] : text.Slice(1, close);
        }

        var end = text.IndexOfAny(',', ' ');
        rest = end < 0 ? [] : text[(end + 1)..];
        return end < 0 ? text : text[..end];
    }

    private static MatchSpec? Set(MatchSpec spec, ReadOnlySpan<char> key, ReadOnlySpan<char> value) => key switch
    {
        // A name in brackets could install another package than the line shows: it is ignored, as conda does.
        "name" => spec,
        "version" => MatchSpecParser.Version(value) is { } version ? spec with { Version = version } : null,
        "build" => MatchSpecParser.IsPattern(value) ? spec with { Build = value.ToString() } : null,
        "channel" => WithChannel(spec, value),
        "subdir" => CondaNames.IsSubdir(value) ? spec with { Subdir = value.ToString() } : null,
        "sha256" => HexDigest.Sha256(value) is { } sha256 ? spec with { Sha256 = sha256 } : null,
        "md5" => HexDigest.Md5(value) is { } md5 ? spec with { Md5 = md5 } : null,
        "when" => spec with { IsConditional = true },
        _ => spec with { HasOtherKeys = true },
    };

    private static MatchSpec WithChannel(MatchSpec spec, ReadOnlySpan<char> value)
    {
        var (channel, subdir) = MatchSpecParser.Channel(value);
        return spec with { Channel = channel ?? spec.Channel, Subdir = subdir ?? spec.Subdir };
    }
}
