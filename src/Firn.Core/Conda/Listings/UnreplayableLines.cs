namespace Firn.Conda.Listings;

/// <summary>Finds the lines of conda's own files that nobody can install from, here or elsewhere.</summary>
internal static class UnreplayableLines
{
    /// <param name="listing">The environment.</param>
    /// <param name="exportFile">The name of the file that <see cref="CondaListExport"/> wrote.</param>
    /// <param name="explicitFile">The name of the file that <see cref="CondaExplicit"/> wrote.</param>
    /// <param name="hashes">The hashes in the latter.</param>
    public static List<CondaUnreplayableLine> Find(
        CondaListing listing, string exportFile, string explicitFile, ExplicitHashes hashes)
    {
        var lines = new List<CondaUnreplayableLine>();
        foreach (var row in listing.Rows)
        {
            if (ReasonOf(row) is { } reason)
            {
                lines.Add(new CondaUnreplayableLine(exportFile, $"{row.Name}={row.Version}={row.Build}", reason));
            }
        }

        foreach (var package in listing.Prefix.Packages)
        {
            if (ReasonOf(package) is { } reason)
            {
                lines.Add(new CondaUnreplayableLine(
                    explicitFile, CondaExplicit.Line(package, listing.Release, hashes), reason));
            }
        }

        return lines;
    }

    private static string? ReasonOf(CondaListingRow row) => row switch
    {
        { Pip.IsDevelopment: true } => "it is a development install of a local folder, not a package of a channel",
        { Pip: not null } => "pip installed it: no channel of conda has this build",
        { Package: { } package } => ReasonOf(package),
        _ => null,
    };

    private static string? ReasonOf(CondaPackage package)
    {
        if (IsLocal(package.Url) || (package.Url is null && IsLocal(package.Channel)))
        {
            return "it was built or kept on this machine: its URL leads to a local file";
        }

        if (package.Url is null or "" || package.Url.StartsWith(CondaChannel.Unknown, StringComparison.Ordinal))
        {
            return package.ChannelName == CondaChannel.Unknown
                ? "the record names neither a channel nor a URL"
                : "the record names no URL";
        }

        return package.HadCredentials ? "its channel asks for credentials, which are not kept" : null;
    }

    private static bool IsLocal(string? url) =>
        url is not null && (url.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || url.StartsWith('/'));
}

/// <summary>A line of one of conda's files from which conda cannot install the package again.</summary>
/// <param name="File">The file, for example <c>environment-conda.txt</c>.</param>
/// <param name="Line">The line as it stands there.</param>
/// <param name="Reason">Why, one line without a final period.</param>
internal sealed record CondaUnreplayableLine(string File, string Line, string Reason);
