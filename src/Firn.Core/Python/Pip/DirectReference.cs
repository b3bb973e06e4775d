namespace Firn.Python.Pip;

/// <summary>Requirements that name a URL (pip: utils/direct_url_helpers.py direct_url_as_pep440_direct_reference).</summary>
internal static class DirectReference
{
    /// <summary>The requirement.</summary>
    /// <param name="name">The distribution's name.</param>
    /// <param name="url">The URL to print.</param>
    /// <param name="directUrl">Where the distribution came from.</param>
    /// <param name="rules">pip before 26.1 printed only the deprecated <c>hash</c>.</param>
    public static string Format(string name, string url, DirectUrl directUrl, DirectUrlRules rules)
    {
        var target = directUrl.Vcs is { } vcs ? $"{vcs.Vcs}+{url}@{vcs.CommitId}" : url;
        var hash = HashFragment(directUrl.Archive, rules);
        var fragment = directUrl.Subdirectory is not { Length: > 0 } subdirectory ? hash
            : hash is null ? "subdirectory=" + subdirectory
            : $"{hash}&subdirectory={subdirectory}";
        return fragment is null ? $"{name} @ {target}" : $"{name} @ {target}#{fragment}";
    }

    private static string? HashFragment(DirectUrlArchive? archive, DirectUrlRules rules)
    {
        if (rules != DirectUrlRules.Packaging)
        {
            return archive?.LegacyHash is { Length: > 0 } hash ? hash : null;
        }

        return archive is { Hashes: [var first, ..] } ? $"{first.Algorithm}={first.Value}" : null;
    }
}
