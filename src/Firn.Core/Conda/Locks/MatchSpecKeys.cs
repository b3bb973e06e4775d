namespace Firn.Conda.Locks;

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
        "sha256" => LockHash.Sha256(value) is { } sha256 ? spec with { Sha256 = sha256 } : null,
        "md5" => LockHash.Md5(value) is { } md5 ? spec with { Md5 = md5 } : null,
        "when" => spec with { IsConditional = true },
        _ => spec with { HasOtherKeys = true },
    };

    private static MatchSpec WithChannel(MatchSpec spec, ReadOnlySpan<char> value)
    {
        var (channel, subdir) = MatchSpecParser.Channel(value);
        return spec with { Channel = channel ?? spec.Channel, Subdir = subdir ?? spec.Subdir };
    }
}
