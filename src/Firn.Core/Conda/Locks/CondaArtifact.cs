namespace Firn.Conda.Locks;

/// <summary>What the URL of an archive tells of the package.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Build">Its build.</param>
/// <param name="Subdir">The platform's folder that the archive is in, where conda knows one of that name.</param>
/// <param name="Channel">The URL before that, without credentials.</param>
/// <param name="FileName">The archive's name.</param>
/// <param name="Url">The URL itself.</param>
internal sealed record CondaArtifact(
    string Name, string Version, string Build, string? Subdir, string? Channel, string FileName, LockedUrl Url)
{
    /// <summary>Takes the URL apart; <see langword="null"/> with the reason where it names no archive.</summary>
    public static CondaArtifact? Parse(LockedUrl url, out string? reason)
    {
        reason = null;
        var fileName = CondaUrl.ArchiveName(url.Value);
        if (fileName is null)
        {
            reason = "it does not end in .conda or .tar.bz2";
            return null;
        }

        if (!CondaNames.TrySplit(fileName, out var name, out var version, out var build))
        {
            reason = "the file's name is not NAME-VERSION-BUILD";
            return null;
        }

        var folder = url.Safe[..url.Safe.LastIndexOf('/')];
        var slash = folder.LastIndexOf('/');
        var last = folder[(slash + 1)..];
        var isPlatform = CondaNames.IsSubdir(last) && CondaChannel.IsPlatform(last);
        return new CondaArtifact(
            name.ToString(), version.ToString(), build.ToString(), isPlatform ? last : null,
            isPlatform ? folder[..slash] : folder, fileName, url);
    }

    public LockedCondaPackage ToPackage(string origin) => new()
    {
        Name = Name,
        Version = Version,
        Build = Build,
        Subdir = Subdir,
        Channel = Channel,
        FileName = FileName,
        Url = Url.Value,
        SafeUrl = Url.Safe,
        Origin = origin,
    };

    public override string ToString() => FileName;
}
