using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Compression;
using Firn.Conda.Configuration;

namespace Firn.Conda.Channels;

/// <summary>
/// Finds the archives of exact specs in channels. Each page is read at most once, and none once everything is found;
/// a package of a channel with a higher priority hides those of lower ones.
/// </summary>
internal sealed class ChannelIndex(IChannelPages pages, ChannelUrls urls, string platform)
{
    private readonly List<Problem> _problems = [];
    private readonly Dictionary<MatchSpec, LockedCondaPackage> _found = new(ReferenceEqualityComparer.Instance);
    private readonly NearMisses _nearMisses = new();

    /// <param name="exact">What is looked for; only specs that are exact have one answer.</param>
    /// <param name="channels">Where, highest priority first; the channels that specs name are asked too.</param>
    /// <param name="cancellation">Ends the work.</param>
    public ChannelLookup Find(
        IReadOnlyList<MatchSpec> exact, IReadOnlyList<ChannelAddress> channels, CancellationToken cancellation)
    {
        foreach (var spec in exact)
        {
            if (spec.Archive is { } archive)
            {
                _found[spec] = archive;
            }
        }

        foreach (var channel in WithNamed(exact, channels))
        {
            foreach (var subdir in channel.Subdir is { } one and not "noarch" ? (string[])[one, "noarch"] : [platform, "noarch"])
            {
                cancellation.ThrowIfCancellationRequested();
                var open = Open(exact, channel, subdir);
                if (open.Count > 0)
                {
                    Ask(open, channel, subdir, cancellation);
                }
            }
        }

        var found = ImmutableArray.CreateBuilder<LockedCondaPackage>();
        var missing = ImmutableArray.CreateBuilder<MissingPackage>();
        foreach (var spec in exact)
        {
            if (_found.TryGetValue(spec, out var package))
            {
                found.Add(spec.Archive is null ? package with { RequestedSpec = spec.Text, Origin = spec.Origin ?? package.Origin } : package);
            }
            else
            {
                missing.Add(_nearMisses.Of(spec));
            }
        }

        return new ChannelLookup(found.DrainToImmutable(), missing.DrainToImmutable(), [.. _problems]);
    }

    private List<ChannelAddress> WithNamed(IReadOnlyList<MatchSpec> specs, IReadOnlyList<ChannelAddress> channels)
    {
        var all = new List<ChannelAddress>(channels);
        var named = new HashSet<string>(StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var channel in channels)
        {
            known.Add(channel.SafeUrl);
        }

        foreach (var spec in specs)
        {
            if (spec.Channel is { } name && spec.Archive is null && named.Add(name))
            {
                foreach (var address in urls.Of(name, platform, _problems))
                {
                    if (known.Add(address.SafeUrl))
                    {
                        all.Add(address);
                    }
                }
            }
        }

        return all;
    }

    /// <summary>The specs that are not found yet and may be in that folder.</summary>
    private List<MatchSpec> Open(IReadOnlyList<MatchSpec> specs, ChannelAddress channel, string subdir)
    {
        var same = new Dictionary<string, bool>(StringComparer.Ordinal);
        var open = new List<MatchSpec>();
        foreach (var spec in specs)
        {
            if (_found.ContainsKey(spec) || (spec.Subdir is not null && spec.Subdir != subdir))
            {
                continue;
            }

            if (spec.Channel is { } name)
            {
                if (!same.TryGetValue(name, out var isSame))
                {
                    same[name] = isSame = urls.IsSame(name, channel, platform);
                }

                if (!isSame)
                {
                    continue;
                }
            }

            open.Add(spec);
        }

        return open;
    }

    private void Ask(List<MatchSpec> open, ChannelAddress channel, string subdir, CancellationToken cancellation)
    {
        var wants = new WantedSpecs(open);
        if (Page(wants, channel, subdir, cancellation) is not { } page)
        {
            // A channel need not have every platform, but it has noarch (CEP 26).
            if (subdir == "noarch")
            {
                _problems.Add(new Problem("channel-without-index", channel.SafeUrl, "the channel has no noarch/repodata.json"));
            }

            return;
        }

        _problems.AddRange(page.Problems);
        _nearMisses.Add(page);
        foreach (var package in page.Packages)
        {
            foreach (var spec in wants.Of(package.Name) ?? [])
            {
                if (spec.Matches(package))
                {
                    Take(spec, package);
                }
            }
        }
    }

    /// <summary>
    /// Where two builds of one page match, which only a digest in place of the build allows, or case, the first by name
    /// is taken, so that the answer does not depend on the page's order.
    /// </summary>
    private void Take(MatchSpec spec, LockedCondaPackage package)
    {
        if (!_found.TryGetValue(spec, out var other) || string.CompareOrdinal(package.FileName, other.FileName) < 0)
        {
            _found[spec] = package;
        }
    }

    private RepodataPage? Page(WantedSpecs wants, ChannelAddress channel, string subdir, CancellationToken cancellation)
    {
        foreach (var place in channel.Mirrors.Insert(0, channel.Url))
        {
            // bzip2 is the slowest by far, and deprecated (CEP 36).
            foreach (var name in (string[])["repodata.json.zst", "repodata.json"])
            {
                if (PageAt($"{place}/{subdir}/{name}", wants, cancellation) is { } page)
                {
                    return page;
                }
            }
        }

        return null;
    }

    private RepodataPage? PageAt(string url, WantedSpecs wants, CancellationToken cancellation)
    {
        var isCompressed = url.EndsWith(".zst", StringComparison.Ordinal);
        using var stream = pages.Open(url, cancellation);
        if (stream is null)
        {
            return null;
        }

        using var content = isCompressed ? CompressionFormat.Zstandard.Decompress(stream) : null;
        var page = RepodataReader.Read(content ?? stream, wants, url, cancellation);
        // A frame with a window that is not read, or damage: the plain page may do.
        return isCompressed && page.Problems.Any(static problem => problem.Code == "channel-page-damaged") ? null : page;
    }
}

/// <summary>Where the pages of channels come from: the network, a folder, a test.</summary>
internal interface IChannelPages
{
    /// <summary>
    /// The page's bytes as they are served, to be read once and disposed; <see langword="null"/> where there is none.
    /// </summary>
    /// <param name="url">The address, which may carry credentials.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="Firn.Common.FirnException">The server cannot be asked, or refuses.</exception>
    public Stream? Open(string url, CancellationToken cancellation);
}

/// <summary>What channels have of what was looked for.</summary>
/// <param name="Found">The packages, in the order of their specs.</param>
/// <param name="Missing">All that no channel has.</param>
/// <param name="Problems">What went wrong with channels; fatal only where something is missing.</param>
internal sealed record ChannelLookup(
    ImmutableArray<LockedCondaPackage> Found, ImmutableArray<MissingPackage> Missing, ImmutableArray<Problem> Problems);
