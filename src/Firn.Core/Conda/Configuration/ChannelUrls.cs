using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda.Configuration;

/// <summary>Finds where a channel is by its name (conda models/channel.py <c>Channel.from_value</c>).</summary>
internal sealed class ChannelUrls(ChannelSettings settings, SystemContext systemContext)
{
    /// <summary>conda base/constants.py DEFAULT_CHANNELS_UNIX and DEFAULT_CHANNELS_WIN.</summary>
    private const string DefaultHost = "https://repo.anaconda.com/";

    /// <summary>The places that all the channels stand for, each once, in their order.</summary>
    /// <param name="channels">Names, URLs and paths, highest priority first.</param>
    /// <param name="platform">Some platforms have more <c>defaults</c>.</param>
    /// <param name="problems">Takes what is not a channel.</param>
    public ImmutableArray<ChannelAddress> Of(IEnumerable<string> channels, string platform, List<Problem> problems)
    {
        var found = ImmutableArray.CreateBuilder<ChannelAddress>();
        var seen = new HashSet<(string, string?)>();
        foreach (var channel in channels)
        {
            foreach (var address in Of(channel, platform, problems))
            {
                if (seen.Add((address.Url, address.Subdir)))
                {
                    found.Add(address);
                }
            }
        }

        return found.DrainToImmutable();
    }

    public ImmutableArray<ChannelAddress> Of(string channel, string platform, List<Problem> problems)
    {
        var (bare, subdir) = MatchSpecParser.Channel(channel);
        if (bare is null)
        {
            return [];
        }

        if (IsUrl(bare) || IsPath(bare))
        {
            return Named(bare, bare, subdir, problems);
        }

        if (Members(bare, platform) is not { } members)
        {
            return Named(bare, UrlOfName(bare), subdir, problems);
        }

        var found = ImmutableArray.CreateBuilder<ChannelAddress>();
        foreach (var member in members)
        {
            found.AddRange(Named(bare, IsUrl(member) || IsPath(member) ? member : UrlOfName(member), subdir, problems));
        }

        return found.DrainToImmutable();
    }

    /// <summary>
    /// Whether both name the same channel: <c>conda-forge</c> and its URL do, as do <c>defaults</c> and its parts.
    /// </summary>
    public bool IsSame(string channel, ChannelAddress address, string platform)
    {
        if (string.Equals(channel.Trim('/'), address.Name, StringComparison.Ordinal))
        {
            return true;
        }

        foreach (var other in Of(channel, platform, []))
        {
            if (other.SafeUrl == address.SafeUrl)
            {
                return true;
            }
        }

        return false;
    }

    private ImmutableArray<string>? Members(string name, string platform)
    {
        if (settings.MultiChannels.TryGetValue(name, out var members))
        {
            return members;
        }

        if (name != CondaChannel.Defaults)
        {
            return null;
        }

        if (settings.DefaultChannels.Length > 0)
        {
            return settings.DefaultChannels;
        }

        ImmutableArray<string> standard = [DefaultHost + "pkgs/main", DefaultHost + "pkgs/r"];
        return platform.StartsWith("win-", StringComparison.Ordinal) ? standard.Add(DefaultHost + "pkgs/msys2") : standard;
    }

    /// <summary>
    /// A custom channel of that name or of what stands before one of its slashes, else the alias
    /// (<c>_get_channel_for_name</c>). The parts of <c>defaults</c> count as custom channels too.
    /// </summary>
    private string UrlOfName(string name)
    {
        for (var start = name; ;)
        {
            if (settings.CustomChannels.TryGetValue(start, out var location))
            {
                return $"{location.TrimEnd('/')}/{name}";
            }

            if (start is "pkgs/main" or "pkgs/r" or "pkgs/msys2" && settings.DefaultChannels.IsEmpty)
            {
                return DefaultHost + name;
            }

            var slash = start.LastIndexOf('/');
            if (slash <= 0)
            {
                return $"{settings.Alias}/{name}";
            }

            start = start[..slash];
        }
    }

    private ImmutableArray<ChannelAddress> Named(string name, string place, string? subdir, List<Problem> problems)
    {
        var shown = IsUrl(name) ? CondaChannel.Parse(name).CanonicalName : name;
        if (settings.MirroredChannels.TryGetValue(name, out var mirrors) && !mirrors.IsEmpty)
        {
            var urls = mirrors.RemoveAll(mirror => Url(mirror, problems) is null);
            return urls.IsEmpty ? [] : [new ChannelAddress { Name = shown, Url = Url(urls[0], problems)!, Mirrors = urls.RemoveAt(0), Subdir = subdir }];
        }

        return Url(place, problems) is { } url
            ? [new ChannelAddress { Name = IsPath(name) ? url : shown, Url = url, Subdir = subdir }]
            : [];
    }

    private string? Url(string place, List<Problem> problems)
    {
        string? reason;
        var url = IsUrl(place)
            ? ArchiveUrl.Parse(place.TrimEnd('/'), systemContext, out reason)
            : ExplicitLine.OfPath(place, systemContext, out reason);
        if (url is null)
        {
            problems.Add(new Problem("channel-unreadable", null, $"cannot use the channel {PrintableText.Printable(ArchiveUrl.WithoutCredentials(place))}, {reason}"));
        }

        return url?.Value.TrimEnd('/');
    }

    private static bool IsUrl(string text) =>
        CondaUrl.AuthorityStart(text) > 0 || text.StartsWith("file:", StringComparison.OrdinalIgnoreCase);

    /// <summary>CEP 26's expressions <c>^\.{0,2}[/\\]</c> and <c>^[A-Z]:</c>; and <c>~</c>, which conda expands.</summary>
    private static bool IsPath(string text) => text is "." or ".." or "~" or ['/' or '\\', ..] or ['.', '/' or '\\', ..]
        or ['.', '.', '/' or '\\', ..] or ['~', '/' or '\\', ..] or [>= 'A' and <= 'Z', ':', ..];
}

/// <summary>Where a channel is.</summary>
internal sealed record ChannelAddress
{
    /// <summary>As conda prints it: <c>conda-forge</c>, <c>defaults</c> or a URL without credentials.</summary>
    public required string Name { get; init; }

    /// <summary>Its URL without a slash at the end and without platform; token and password in place.</summary>
    public required string Url { get; init; }

    /// <summary>Other places of the same packages, to be asked where this one does not answer.</summary>
    public ImmutableArray<string> Mirrors { get; init; } = [];

    /// <summary>The one platform that was asked for, as in <c>conda-forge/linux-64</c>.</summary>
    public string? Subdir { get; init; }

    /// <summary>The URL for records and messages.</summary>
    public string SafeUrl => ArchiveUrl.WithoutCredentials(Url);

    public override string ToString() => SafeUrl;
}
