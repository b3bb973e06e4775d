namespace Firn.Conda;

/// <summary>
/// Writes what <c>conda list --explicit</c> prints: the URL of each package of conda in the order of linking, also of
/// those that pip has overwritten. Credentials are never written, whatever the release did.
/// </summary>
internal static class CondaExplicit
{
    public static string Write(CondaPrefix prefix, CondaRelease release, CondaHashes hashes)
    {
        var text = CondaHeader.Start(prefix, release).Append("@EXPLICIT\n");
        var menuinstFirst = release.LinksMenuinstFirst || prefix.Platform.StartsWith("win-", StringComparison.Ordinal);
        foreach (var package in new CondaPrefixGraph(prefix.Packages).Sorted(menuinstFirst))
        {
            text.Append(Line(package, release, hashes)).Append('\n');
        }

        return text.ToString();
    }

    public static string Line(CondaPackage package, CondaRelease release, CondaHashes hashes)
    {
        if (package.Url is not { Length: > 0 } url || url.StartsWith(CondaChannel.Unknown, StringComparison.Ordinal))
        {
            return $"# no URL for: {package.FileName}";
        }

        url = release.NormalizesUrls ? CondaUrl.Normalize(url) : url;
        var hash = hashes switch
        {
            CondaHashes.Md5 => package.Md5,
            CondaHashes.Sha256 => package.Sha256,
            CondaHashes.Sha256OrMd5 => package.Sha256 is { Length: > 0 } ? package.Sha256 : package.Md5,
            _ => null,
        };
        return hash is { Length: > 0 } ? $"{url}#{hash}" : url;
    }
}
