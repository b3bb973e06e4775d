namespace Firn.Conda;

/// <summary>
/// A channel as conda with its default configuration understands what a record says of it
/// (conda models/channel.py: <c>Channel.from_value</c>, <c>canonical_name</c>).
/// </summary>
/// <param name="CanonicalName">What conda prints: <c>conda-forge</c>, <c>defaults</c>, a URL, <c>&lt;unknown&gt;</c>.</param>
/// <param name="Platform">The platform that ends the URL, or <see langword="null"/>.</param>
internal readonly record struct CondaChannel(string CanonicalName, string? Platform)
{
    public const string Unknown = "<unknown>";
    public const string Defaults = "defaults";

    /// <summary>conda base/constants.py KNOWN_SUBDIRS.</summary>
    private static readonly string[] Platforms =
    [
        "noarch", "emscripten-wasm32", "wasi-wasm32", "freebsd-64", "linux-32", "linux-64", "linux-aarch64",
        "linux-armv6l", "linux-armv7l", "linux-ppc64", "linux-ppc64le", "linux-riscv64", "linux-s390x", "osx-64",
        "osx-arm64", "win-32", "win-64", "win-arm64", "zos-z",
    ];

    /// <summary>
    /// The names in <c>default_channels</c> but on Windows; a channel of one of these names is part of <c>defaults</c>.
    /// </summary>
    private static readonly string[] DefaultNames = ["pkgs/main", "pkgs/r"];

    /// <param name="value">The channel or url of a record.</param>
    /// <param name="decode">Whether percent signs in the name are decoded, as since conda 25.1.</param>
    public static CondaChannel Parse(string? value, bool decode = true)
    {
        if (value is null or Unknown or "None:///<unknown>" or "None" or "")
        {
            return new CondaChannel(Unknown, null);
        }

        value = CondaUrl.RemoveCredentials(value).TrimEnd('/');
        var (rest, platform) = SplitPlatform(value);
        var start = CondaUrl.AuthorityStart(rest);
        if (start > 0)
        {
            return new CondaChannel(OfUrl(WithoutArchive(rest, start), start, decode), platform);
        }

        if (rest.StartsWith('/'))
        {
            return new CondaChannel("file://" + WithoutArchive(rest, 1), platform);
        }

        return new CondaChannel(IsDefault(rest) ? Defaults : rest, platform);
    }

    private static string OfUrl(string url, int start, bool decode)
    {
        var scheme = url[..(start - 3)].ToLowerInvariant();
        var end = CondaUrl.AuthorityEnd(url, start);
        var host = url[start..end].ToLowerInvariant();
        var name = PathOf(url.AsSpan(end), decode);
        if (host.Length == 0)
        {
            return $"{scheme}:///{name}";
        }

        if (name.Length == 0)
        {
            return $"{scheme}://{host}";
        }

        // Anaconda's own server counts .../conda/NAME as the channel NAME (_read_channel_configuration, step 7).
        var bare = name.StartsWith("conda/", StringComparison.Ordinal) ? name["conda/".Length..] : name;
        if (IsDefault(bare))
        {
            return Defaults;
        }

        return host == "conda.anaconda.org" || IsCustom(bare) ? bare == name || IsCustom(bare) ? bare : name
            : $"{scheme}://{host}/{name}";
    }

    private static string PathOf(ReadOnlySpan<char> rest, bool decode)
    {
        var end = rest.IndexOfAny('?', '#');
        var path = (end < 0 ? rest : rest[..end]).Trim('/').ToString();
        return decode && path.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(path) : path;
    }

    /// <summary>Whether conda knows a platform of that name; case does not matter, as for <c>split_platform</c>.</summary>
    public static bool IsPlatform(ReadOnlySpan<char> name)
    {
        foreach (var platform in Platforms)
        {
            if (name.Equals(platform, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDefault(string name) => Array.IndexOf(DefaultNames, name) >= 0 || name == Defaults;

    /// <summary>
    /// conda compares only as many parts as both names have (<c>tokenized_startswith</c> zips), so <c>pkgs</c> and
    /// <c>pkgs/main/label/x</c> count as its own channels, whatever host they are on.
    /// </summary>
    private static bool IsCustom(string name) => name == "pkgs" || name.StartsWith("pkgs/main/", StringComparison.Ordinal)
        || name.StartsWith("pkgs/r/", StringComparison.Ordinal) || name == "pkgs/pro"
        || name.StartsWith("pkgs/pro/", StringComparison.Ordinal);

    /// <summary>Takes the archive off, but none of what stands before <paramref name="start"/>: <c>s://.conda</c> is a host.</summary>
    private static string WithoutArchive(string url, int start) =>
        CondaUrl.IsArchive(url) && url.LastIndexOf('/') is var slash && slash >= start ? url[..slash] : url;

    /// <summary>Takes the first path part that names a platform out, as <c>split_platform</c> does.</summary>
    private static (string Base, string? Platform) SplitPlatform(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        while (slash >= 0)
        {
            var next = value.IndexOf('/', slash + 1);
            var end = next < 0 ? value.Length : next;
            var part = value.AsSpan(slash + 1, end - slash - 1);
            foreach (var platform in Platforms)
            {
                if (part.Equals(platform, StringComparison.OrdinalIgnoreCase))
                {
                    return (string.Concat(value.AsSpan(0, slash), value.AsSpan(end)), platform);
                }
            }

            slash = next;
        }

        return (value, null);
    }
}
