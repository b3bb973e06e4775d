using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Fetching;

/// <summary>Finds where to ask for a URL that has mirrors.</summary>
internal sealed class MirrorList
{
    private readonly ImmutableArray<Mirror> _mirrors;
    private readonly string _currentDirectory;

    /// <exception cref="FirnException">A prefix is not a URL.</exception>
    public MirrorList(ImmutableArray<Mirror> mirrors, string currentDirectory)
    {
        _currentDirectory = currentDirectory;
        _mirrors = [.. mirrors.Where(mirror => !mirror.Replacements.IsDefaultOrEmpty)
            .Select(mirror => mirror with { Prefix = Normal(mirror.Prefix) })
            .OrderByDescending(mirror => mirror.Prefix.Length)];
    }

    /// <summary>The places to ask, in this order; the one place itself where it has no mirror.</summary>
    public ImmutableArray<FetchLocation> PlacesOf(FetchLocation location)
    {
        if (location.Address is null || _mirrors.IsEmpty)
        {
            return [location];
        }

        // Also without conda's token: it is for the host itself, and no mirror gets it.
        var url = location.Address.AbsoluteUri;
        return Of(url) ?? Of(Credentials.Remove(url)) ?? [location];
    }

    private ImmutableArray<FetchLocation>? Of(string url)
    {
        foreach (var mirror in _mirrors)
        {
            if (RestOf(url, mirror.Prefix) is { } rest)
            {
                return [.. mirror.Replacements.Select(replacement => Replace(replacement, rest))];
            }
        }

        return null;
    }

    /// <summary>What follows the prefix, if it ends at a boundary of the path.</summary>
    private static string? RestOf(string url, string prefix) =>
        url.StartsWith(prefix, StringComparison.Ordinal)
        && (url.Length == prefix.Length || url[prefix.Length] is '/' or '?')
            ? url[prefix.Length..]
            : null;

    private FetchLocation Replace(string replacement, string rest)
    {
        replacement = replacement.TrimEnd('/');
        if (replacement.Contains("://", StringComparison.Ordinal))
        {
            return FetchLocation.Parse(replacement + rest, _currentDirectory);
        }

        var query = rest.IndexOf('?', StringComparison.Ordinal);
        var path = Uri.UnescapeDataString(query < 0 ? rest : rest[..query]).TrimStart('/');
        if (path.Contains('\0', StringComparison.Ordinal) || path.Split('/', '\\').Contains(".."))
        {
            throw new FirnException(
                $"cannot fetch {Credentials.Remove(rest)} from the mirror {replacement}: it leads out of it",
                "check how the lock spells the URL");
        }

        return FetchLocation.OfPath(Path.Join(replacement, path), _currentDirectory);
    }

    private string Normal(string prefix) =>
        FetchLocation.Parse(prefix, _currentDirectory) is { Address: { } address }
            ? address.AbsoluteUri.TrimEnd('/')
            : throw new FirnException(
                "a mirror is not for an http or https URL", "write its prefix as https://HOST/PATH");
}

/// <summary>
/// Other places for all that begins with a URL. They are asked in their order, and the place itself only where it is one
/// of them, as pixi's <c>[mirrors]</c> has it.
/// </summary>
/// <param name="Prefix">The beginning of a URL, at a boundary of its path.</param>
/// <param name="Replacements">URLs or local folders that stand in its place.</param>
internal sealed record Mirror(string Prefix, ImmutableArray<string> Replacements);
