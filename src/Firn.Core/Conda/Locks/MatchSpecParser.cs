namespace Firn.Conda.Locks;

/// <summary>Reads <c>channel/subdir::name version build[key=value]</c> (CEP 29; conda models/match_spec.py <c>_parse_spec_str</c>).</summary>
internal static class MatchSpecParser
{
    /// <summary>No spec of a package is nearly as long.</summary>
    private const int Longest = 4096;

    public static MatchSpec? Parse(string text, out string? reason)
    {
        var spec = text.AsSpan().Trim();
        if (text.Length > Longest || text.AsSpan().ContainsAnyInRange('\0', '\u001f'))
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
                    Text = LockedUrl.WithoutCredentials(text.Trim()),
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

        return text.Length is > 0 and <= Longest;
    }

    private static bool IsName(string name) => name.StartsWith("__", StringComparison.Ordinal)
        ? CondaNames.IsName(name.AsSpan(2))
        : CondaNames.IsName(name);
}
