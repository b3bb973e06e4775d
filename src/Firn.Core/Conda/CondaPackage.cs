using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda;

/// <summary>One package of a conda environment as <c>conda-meta/NAME-VERSION-BUILD.json</c> records it.</summary>
/// <remarks>Channel and url carry no credentials: they are removed where the record is read.</remarks>
public sealed record CondaPackage
{
    /// <summary>The package's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its version, verbatim.</summary>
    public required string Version { get; init; }

    /// <summary>The build string, for example <c>py311h64a7726_0</c>.</summary>
    public required string Build { get; init; }

    /// <summary>The build number; 0 where the record has none.</summary>
    public long BuildNumber { get; init; }

    /// <summary>The channel as it is recorded, mostly a URL that ends in the platform; <see langword="null"/> where none is.</summary>
    public string? Channel { get; init; }

    /// <summary>The channel as conda prints it: <c>conda-forge</c>, <c>defaults</c>, a URL, or <c>&lt;unknown&gt;</c>.</summary>
    public required string ChannelName { get; init; }

    /// <summary>The platform it was built for, for example <c>linux-64</c> or <c>noarch</c>.</summary>
    public string? Subdir { get; init; }

    /// <summary>The name of the archive, for example <c>numpy-1.26.0-py311h64a7726_0.conda</c>.</summary>
    public required string FileName { get; init; }

    /// <summary>Where the archive was taken from; <see langword="null"/> where that is not recorded.</summary>
    public string? Url { get; init; }

    /// <summary>The archive's MD5 in hexadecimal digits.</summary>
    public string? Md5 { get; init; }

    /// <summary>The archive's SHA-256 in hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The archive's size in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>When it was built, in milliseconds since 1970 as the index has it.</summary>
    public long? Timestamp { get; init; }

    /// <summary><c>python</c> or <c>generic</c>; <see langword="null"/> for a package of one platform.</summary>
    public string? Noarch { get; init; }

    /// <summary>The licence as the package states it.</summary>
    public string? License { get; init; }

    /// <summary>What it needs, as match specs.</summary>
    public ImmutableArray<string> Depends { get; init; } = [];

    /// <summary>What it restricts where it is installed, as match specs.</summary>
    public ImmutableArray<string> Constrains { get; init; } = [];

    /// <summary>The specs by which the user asked for it; empty for a dependency.</summary>
    public ImmutableArray<string> RequestedSpecs { get; init; } = [];

    /// <summary>
    /// The digest of what the package shipped, after the record and without reading a file; <see langword="null"/>
    /// where the record has no <c>paths_data</c>.
    /// </summary>
    /// <remarks>
    /// SHA-256 over one line for each entry of <c>paths_data.paths</c>: <c>PATH NUL VALUE LF</c>, the lines in byte
    /// order of PATH. VALUE is <c>link</c> for a softlink, else the entry's <c>sha256</c> in lower case (of the
    /// published file, before the prefix was put into it), else <c>-</c>. Left out: entries of the types
    /// <c>pyc_file</c>, <c>unix_python_entry_point</c> and <c>windows_python_entry_point_*</c>, and every path that ends in
    /// <c>.pyc</c>. In a <c>noarch: python</c> package PATH starts at <c>site-packages/</c> where it lies in
    /// <c>lib/pythonX.Y/site-packages/</c> or <c>Lib/site-packages/</c>, and with <c>python-scripts/</c> in place of
    /// <c>bin/</c> or <c>Scripts/</c>: as conda records it, so that the digest is the same for every Python, platform and
    /// installer.
    /// </remarks>
    public Sha256Digest? ContentDigest { get; init; }

    /// <summary>How many files the record lists, bytecode and entry points included.</summary>
    public int FileCount { get; init; }

    /// <summary>Where the packages of this Python are (<c>python_site_packages_path</c>, since 2025); only in <c>python</c>.</summary>
    internal string? PythonSitePackagesPath { get; init; }

    /// <summary>The <c>package_type</c> as recorded, or as <c>noarch</c> implies it.</summary>
    internal string? PackageType { get; init; }

    /// <summary>Whether the url or the channel held credentials before they were removed.</summary>
    internal bool HadCredentials { get; init; }

    /// <summary>What later steps need of the list of files.</summary>
    internal CondaPackageFiles Files { get; init; } = CondaPackageFiles.None;

    /// <summary><c>name=version=build</c>, conda's <c>PackageRecord.spec</c>.</summary>
    internal string Spec => $"{Name}={Version}={Build}";

    /// <summary>conda's <c>PackageRecord.dist_str</c>.</summary>
    internal string DistributionString =>
        Subdir is null ? $"{ChannelName}::{Name}-{Version}-{Build}" : $"{ChannelName}/{Subdir}::{Name}-{Version}-{Build}";
}

/// <summary>The files of a conda package that other readers look at; all paths relative to the prefix, as recorded.</summary>
internal sealed record CondaPackageFiles
{
    public static readonly CondaPackageFiles None = new();

    /// <summary>Shared libraries and extension modules by their names (<c>.so</c>, <c>.so.1.2</c>), outside <c>bin</c>.</summary>
    public ImmutableArray<string> NativeLibraries { get; init; } = [];

    /// <summary>
    /// Files by which conda knows a Python package: <c>X.dist-info/RECORD</c>, <c>X.egg-info/PKG-INFO</c> and
    /// <c>X.egg-info</c>, wherever they are.
    /// </summary>
    public ImmutableArray<string> Anchors { get; init; } = [];

    /// <summary>
    /// The native libraries and anchors that are not in the prefix. Paths that would lead out of it are passed over.
    /// </summary>
    public List<string> FindMissing(string prefix)
    {
        var missing = new List<string>();
        foreach (var list in (ReadOnlySpan<ImmutableArray<string>>)[Anchors, NativeLibraries])
        {
            foreach (var path in list)
            {
                if (IsInside(path) && !File.Exists(Path.Join(prefix, path)))
                {
                    missing.Add(path);
                }
            }
        }

        return missing;
    }

    /// <summary>Whether a recorded path stays in the prefix: relative, without <c>..</c> and NUL.</summary>
    public static bool IsInside(string path)
    {
        if (path.Length == 0 || path[0] is '/' or '\\' || path.Contains('\0', StringComparison.Ordinal)
            || (path.Length > 1 && path[1] == ':'))
        {
            return false;
        }

        foreach (var range in path.AsSpan().SplitAny('/', '\\'))
        {
            if (path.AsSpan()[range] is "..")
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A Python package in a conda environment that conda did not install, as conda itself lists it.</summary>
/// <param name="Name">The name in conda's form: lower case, <c>.</c> and <c>_</c> as <c>-</c>.</param>
/// <param name="Version">The version of its metadata, verbatim.</param>
/// <param name="Anchor">The file by which conda found it, relative to the prefix.</param>
/// <param name="IsDevelopment">Whether an <c>.egg-link</c> put it in (<c>dev_0</c>), else it counts as <c>pypi_0</c>.</param>
public sealed record CondaPipPackage(string Name, string Version, string Anchor, bool IsDevelopment)
{
    /// <summary>The build that conda gives it.</summary>
    public string Build => IsDevelopment ? "dev_0" : "pypi_0";
}
