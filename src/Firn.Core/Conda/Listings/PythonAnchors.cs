using System.Collections.Immutable;
using Firn.Common.Files;
using Firn.Python.Metadata;

namespace Firn.Conda.Listings;

/// <summary>
/// The files in site-packages by which conda tells its own Python packages from others: what is on disk, and what its
/// records own (conda core/prefix_data.py, plugins/prefix_data_loaders/pypi).
/// </summary>
internal static class PythonAnchors
{
    /// <summary>
    /// The anchors on disk, relative to the prefix and sorted; leftovers of pip (<c>~name</c>) first, so that a later
    /// package of the same name wins. conda takes them from a set, in no order.
    /// </summary>
    public static List<string> OnDisk(string sitePackages, string relative)
    {
        var anchors = new List<string>();
        foreach (var entry in DirectoryReader.List(sitePackages, out _))
        {
            if (AnchorOf(sitePackages, entry) is { } anchor)
            {
                anchors.Add($"{relative}/{anchor}");
            }
        }

        var leftover = relative.Length + 1;
        anchors.Sort((left, right) => (left[leftover] == '~') != (right[leftover] == '~')
            ? left[leftover] == '~' ? -1 : 1
            : string.CompareOrdinal(left, right));
        return anchors;
    }

    /// <summary>The anchor of each package that depends on python, for those that have one.</summary>
    public static Dictionary<string, CondaPackage> OfRecords(
        List<CondaPackage> packages, string relative, CondaRelease release)
    {
        var anchors = new Dictionary<string, CondaPackage>(StringComparer.Ordinal);
        foreach (var package in packages)
        {
            string? chosen = null;
            foreach (var path in package.Files.Anchors)
            {
                if (IsAnchorIn(path, relative) && (chosen is null || (release.PrefersLongestAnchor
                    ? path.Length > chosen.Length
                    : path.Length < chosen.Length)))
                {
                    chosen = path;
                }
            }

            if (chosen is not null)
            {
                anchors[chosen] = package;
            }
        }

        return anchors;
    }

    private static string? AnchorOf(string sitePackages, DirectoryEntry entry)
    {
        var name = entry.Name;
        if (name.EndsWith(".dist-info", StringComparison.Ordinal))
        {
            return name + "/RECORD";
        }

        if (name.EndsWith(".egg-info", StringComparison.Ordinal))
        {
            return IsFile(sitePackages, entry) ? name : name + "/PKG-INFO";
        }

        if (name.EndsWith(".egg", StringComparison.Ordinal))
        {
            return entry.Kind != DirectoryEntryKind.File && Directory.Exists(Path.Join(sitePackages, name))
                ? name + "/EGG-INFO/PKG-INFO"
                : null;
        }

        return name.EndsWith(EggLink.Extension, StringComparison.Ordinal) ? name : null;
    }

    private static bool IsFile(string folder, DirectoryEntry entry) => entry.Kind switch
    {
        DirectoryEntryKind.File => true,
        DirectoryEntryKind.Directory => false,
        _ => File.Exists(Path.Join(folder, entry.Name)),
    };

    /// <summary>Whether the path is FOLDER/NAME with one of the anchors' endings, and nothing between.</summary>
    private static bool IsAnchorIn(string path, string folder)
    {
        if (path.Length <= folder.Length + 1 || path[folder.Length] != '/'
            || !path.StartsWith(folder, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = path.AsSpan(folder.Length + 1);
        var name = rest.EndsWith(".egg-info/PKG-INFO") ? rest[..^18]
            : rest.EndsWith(".dist-info/RECORD") ? rest[..^17]
            : rest.EndsWith(".egg-info") ? rest[..^9]
            : default;
        return name.Length > 0 && !name.Contains('/');
    }
}

/// <summary>The site-packages folder of a conda environment.</summary>
/// <param name="Path">The folder, absolute.</param>
/// <param name="Relative">Relative to the prefix, with <c>/</c>, links followed where the release of conda does so.</param>
/// <param name="Aliases">Other names of it under which records may list files.</param>
internal sealed record CondaSitePackages(string Path, string Relative, ImmutableArray<string> Aliases)
{
    /// <summary>The folder, or <see langword="null"/> where it is not there or not in the prefix.</summary>
    public static CondaSitePackages? Find(string prefix, CondaPackage python, CondaRelease release)
    {
        var relative = (release.FollowsSitePackagesPath ? python.PythonSitePackagesPath : null) ?? Default(python.Version);
        if (relative is null || !CondaPackageFiles.IsInside(relative))
        {
            return null;
        }

        var path = System.IO.Path.Join(prefix, relative);
        if (!Directory.Exists(path))
        {
            // A Windows environment, seen from elsewhere.
            relative = "Lib/site-packages";
            path = System.IO.Path.Join(prefix, relative);
            return Directory.Exists(path) ? new CondaSitePackages(path, relative, []) : null;
        }

        return release.FollowsSitePackagesPath ? Resolve(prefix, path, relative) : new CondaSitePackages(path, relative, []);
    }

    private static CondaSitePackages? Resolve(string prefix, string path, string relative)
    {
        var root = RealPath.Of(prefix);
        var resolved = RealPath.Of(path);
        if (!RealPath.IsWithin(resolved, root))
        {
            return null;
        }

        var real = System.IO.Path.GetRelativePath(root, resolved).Replace('\\', '/');
        return new CondaSitePackages(resolved, real, real == relative ? [] : [relative]);
    }

    /// <summary><c>lib/pythonX.Y/site-packages</c>, by the digits that start the version.</summary>
    private static string? Default(string version)
    {
        var major = version.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (major <= 0 || version[major] != '.')
        {
            return null;
        }

        var minor = version.AsSpan(major + 1).IndexOfAnyExceptInRange('0', '9');
        minor = minor < 0 ? version.Length : major + 1 + minor;
        return minor == major + 1 ? null : $"lib/python{version[..minor]}/site-packages";
    }
}
