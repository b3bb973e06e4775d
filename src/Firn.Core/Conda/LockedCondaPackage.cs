using System.Collections.Immutable;

namespace Firn.Conda;

/// <summary>One archive of a conda package that a lock, a spec or a channel names exactly.</summary>
/// <remarks>Name, version, build, platform and file name have the forms of CEP 26.</remarks>
internal sealed record LockedCondaPackage
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Build { get; init; }

    /// <summary>The platform, for example <c>noarch</c>; <see langword="null"/> where the URL does not tell.</summary>
    public string? Subdir { get; init; }

    /// <summary>The URL of the channel, without platform and credentials.</summary>
    public string? Channel { get; init; }

    public required string FileName { get; init; }

    /// <summary>Where the bytes are: <c>https</c>, <c>http</c> or <c>file</c>; variables resolved, credentials in place.</summary>
    public required string Url { get; init; }

    /// <summary>The same for records and messages: no credentials, no value of a variable in its path.</summary>
    public required string SafeUrl { get; init; }

    /// <summary>64 hexadecimal digits in lower case.</summary>
    public string? Sha256 { get; init; }

    /// <summary>32 hexadecimal digits in lower case.</summary>
    public string? Md5 { get; init; }

    public long? Size { get; init; }

    /// <summary>What it needs; <see langword="null"/> where the source does not say, and the archive's own word counts.</summary>
    public ImmutableArray<string>? Depends { get; init; }

    /// <summary>What it restricts; <see langword="null"/> where the source does not say.</summary>
    public ImmutableArray<string>? Constrains { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public long? Timestamp { get; init; }

    public string? License { get; init; }

    /// <summary><c>python</c> or <c>generic</c>.</summary>
    public string? Noarch { get; init; }

    /// <summary>Where this Python has its packages, relative to the prefix (CEP 17).</summary>
    public string? PythonSitePackagesPath { get; init; }

    /// <summary>The file and line that asked for it, for example <c>environment-locked.yml:12</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The spec by which it was asked for, where it was one.</summary>
    public string? RequestedSpec { get; init; }

    /// <summary><c>NAME-VERSION-BUILD</c>, the name of its record.</summary>
    public string Distribution => $"{Name}-{Version}-{Build}";

    /// <summary>
    /// Whether it is code for Python, so that a distribution of its name comes with it: by what it needs, else by its build,
    /// where conda-build names the Python (<c>py311h1234567_0</c>, <c>pyhd8ed1ab_0</c>). The libraries <c>graphviz</c> and
    /// <c>tzdata</c> are not the distributions of these names.
    /// </summary>
    public bool IsForPython => Noarch == "python" || (Depends is { } depends ? depends.Any(IsPython) : HasPythonBuild(Build));

    /// <summary>What the URL of an archive tells of the package; <see langword="null"/> with the reason where it names none.</summary>
    public static LockedCondaPackage? OfUrl(ArchiveUrl url, string origin, out string? reason)
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

        // The platform's folder, where conda knows one of that name, is not the channel's.
        var folder = url.Safe[..url.Safe.LastIndexOf('/')];
        var slash = folder.LastIndexOf('/');
        var last = folder[(slash + 1)..];
        var isPlatform = CondaNames.IsSubdir(last) && CondaChannel.IsPlatform(last);
        return new LockedCondaPackage
        {
            Name = name.ToString(),
            Version = version.ToString(),
            Build = build.ToString(),
            Subdir = isPlatform ? last : null,
            Channel = isPlatform ? folder[..slash] : folder,
            FileName = fileName,
            Url = url.Value,
            SafeUrl = url.Safe,
            Origin = origin,
        };
    }

    /// <summary>Never the URL itself: what is printed may be kept.</summary>
    public override string ToString() => $"{Distribution} ({SafeUrl})";

    private static bool IsPython(string spec) => CondaDependency.Parse(spec).Name is "python" or "python_abi" or "pypy";

    private static bool HasPythonBuild(string build)
    {
        for (var at = build.IndexOf("py", StringComparison.Ordinal); at >= 0; at = build.IndexOf("py", at + 2, StringComparison.Ordinal))
        {
            if (at == 0 || (at + 2 < build.Length && char.IsAsciiDigit(build[at + 2])))
            {
                return true;
            }
        }

        return false;
    }
}
