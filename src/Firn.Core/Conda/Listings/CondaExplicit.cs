using System.Text;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Listings;

/// <summary>
/// Writes what <c>conda list --explicit</c> prints: the URL of each package of conda in the order of linking, also of
/// those that pip has overwritten. Credentials are never written, whatever the release did.
/// </summary>
internal static class CondaExplicit
{
    public static string Write(CondaPrefix prefix, CondaRelease release, ExplicitHashes hashes)
    {
        var text = CondaListHeader.Start(prefix, release).Append("@EXPLICIT\n");
        var menuinstFirst = release.LinksMenuinstFirst || prefix.Platform.StartsWith("win-", StringComparison.Ordinal);
        foreach (var package in new CondaPrefixGraph(prefix.Packages).Sorted(menuinstFirst))
        {
            text.Append(Line(package, release, hashes)).Append('\n');
        }

        return text.ToString();
    }

    public static string Line(CondaPackage package, CondaRelease release, ExplicitHashes hashes)
    {
        if (package.Url is not { Length: > 0 } url || url.StartsWith(CondaChannel.Unknown, StringComparison.Ordinal))
        {
            return $"# no URL for: {package.FileName}";
        }

        url = release.NormalizesUrls ? CondaUrl.Normalize(url) : url;
        var hash = hashes switch
        {
            ExplicitHashes.Md5 => package.Md5,
            ExplicitHashes.Sha256 => package.Sha256,
            ExplicitHashes.Sha256OrMd5 => package.Sha256 is { Length: > 0 } ? package.Sha256 : package.Md5,
            _ => null,
        };
        return hash is { Length: > 0 } ? $"{url}#{hash}" : url;
    }
}

/// <summary>What stands behind <c>#</c> in an explicit list.</summary>
public enum ExplicitHashes
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The MD5, where the record has one: <c>--md5</c>.</summary>
    Md5,

    /// <summary>The SHA-256, where the record has one: <c>--sha256</c>.</summary>
    Sha256,

    /// <summary>The SHA-256, else the MD5: no option of conda, but conda reads it.</summary>
    Sha256OrMd5,
}

/// <summary>Writes what <c>conda list --export</c> prints.</summary>
internal static class CondaListExport
{
    public static string Write(CondaListing listing)
    {
        var text = CondaListHeader.Start(listing.Prefix, listing.Release);
        foreach (var row in listing.Rows)
        {
            var line = $"{row.Name}={row.Version}={row.Build}";
            text.Append(listing.Release.TrimsRows ? line.TrimEnd() : line).Append('\n');
        }

        // conda prints the rows joined, and so one empty line where there is none.
        return (listing.Rows.Count == 0 ? text.Append('\n') : text).ToString();
    }
}

/// <summary>The comment that starts <c>conda list --export</c> and <c>--explicit</c> (conda cli/main_list.py).</summary>
internal static class CondaListHeader
{
    public static StringBuilder Start(CondaPrefix prefix, CondaRelease release)
    {
        var text = new StringBuilder(8 * 1024)
            .Append("# This file may be used to create an environment using:\n")
            .Append("# $ conda create --name <env> --file <this file>\n")
            .Append("# platform: ").Append(prefix.Platform).Append('\n');
        return release.WritesCreatedBy ? text.Append("# created-by: conda ").Append(release.Text).Append('\n') : text;
    }
}
