using Firn.Common.Zip;
using Firn.Python.Installation;
using Firn.Python.Records;

namespace Firn.Python.Wheels;

/// <summary>
/// Where the files of a wheel go (Binary distribution format, "Installing a wheel", Spread): the root and both kinds of
/// libraries into site-packages, headers below a folder of a name, the rest below the prefix. Paths are those that
/// an archive gives to the installed files.
/// </summary>
internal sealed class InstallScheme
{
    private static readonly HashSet<string> OwnOfEnvironment = new(StringComparer.Ordinal)
    {
        "bin", "conda-meta", "include", "lib", "lib64", "pyvenv.cfg",
    };

    private readonly WheelFolders _folders;
    private readonly BundlePaths _paths;
    private readonly string _headers;

    /// <param name="folders">The wheel's two folders.</param>
    /// <param name="pythonFolder">For example <c>python3.11</c>.</param>
    /// <param name="headersName">
    /// The folder of its headers. pip takes the name as the requirement spells it (pip: locations/__init__.py get_scheme,
    /// dist_name), so that one wheel has its headers in several places.
    /// </param>
    public InstallScheme(WheelFolders folders, string pythonFolder, string headersName)
    {
        _folders = folders;
        _paths = new BundlePaths($"/prefix/lib/{pythonFolder}/site-packages", "/prefix", pythonFolder);
        _headers = $"include/site/{pythonFolder}/{headersName}/";
    }

    /// <summary>Site-packages with a final slash.</summary>
    public string Site => _paths.Site;

    /// <summary>Whether a file was a header.</summary>
    public bool HasHeaders { get; private set; }

    /// <summary>The place of a file; <see langword="null"/> where no installer has one for it.</summary>
    public InstallPath? Find(ZipEntry entry, out string? problem)
    {
        problem = null;
        if (_folders.Data is not { } data || !IsBelow(entry.Path, data))
        {
            return new InstallPath(Site + entry.Path, IsScript: false);
        }

        var rest = entry.Path.AsSpan(data.Length + 1);
        var slash = rest.IndexOf('/');
        if (slash < 0)
        {
            problem = $"it lies in no folder of {data}";
            return null;
        }

        var below = rest[(slash + 1)..];
        HasHeaders |= rest[..slash] is "headers";
        InstallPath? place = rest[..slash] switch
        {
            "purelib" or "platlib" => new InstallPath(string.Concat(Site, below), IsScript: false),
            "scripts" => new InstallPath(string.Concat(BinFolder.Path, below), IsScript: true),
            "headers" => new InstallPath(string.Concat(_headers, below), IsScript: false),
            "data" => new InstallPath(BelowPrefix(below.ToString()), IsScript: false),
            _ => null,
        };
        problem = place is not { } found
            ? $"{ZipEntryName.Show(rest[..slash].ToString())} is none of data, headers, platlib, purelib and scripts"
            : FindPlaceProblem(found.BundlePath);
        return problem is null ? place : null;
    }

    /// <summary>A place that the environment needs for itself.</summary>
    private static string? FindPlaceProblem(string path)
    {
        var isOwn = VirtualEnvironmentFiles.IsInterpreter(path) || OwnOfEnvironment.Contains(path)
            || path.StartsWith("conda-meta/", StringComparison.Ordinal);
        return isOwn ? $"it would take the place of the environment's own {path}" : null;
    }

    /// <summary>Files below the prefix may lie where another kind of file has its place: those get it in a bundle.</summary>
    private string BelowPrefix(string below) => below.StartsWith(Site, StringComparison.Ordinal)
        ? below
        : _paths.InBundle(new MappedPath(RecordPath.Key(below), string.Empty, IsInSitePackages: false));

    private static bool IsBelow(string path, string folder) =>
        path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal);
}

/// <summary>Where a wheel's file goes.</summary>
/// <param name="BundlePath">Relative to the prefix of a virtual environment.</param>
/// <param name="IsScript">Whether it is of the wheel's <c>scripts</c>, whose first line an installer rewrites.</param>
internal readonly record struct InstallPath(string BundlePath, bool IsScript);

/// <summary>The names in an environment's folder of scripts that are its own.</summary>
internal static class BinFolder
{
    public const string Path = "bin/";

    /// <summary>Whether no package may have a script of that name: the interpreter's, and those that activate.</summary>
    public static bool IsTaken(ReadOnlySpan<char> name)
    {
        var path = string.Concat(Path, name);
        return VirtualEnvironmentFiles.IsInterpreter(path) || VirtualEnvironmentFiles.IsActivation(path);
    }
}
