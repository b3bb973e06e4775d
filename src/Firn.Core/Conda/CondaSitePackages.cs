using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda;

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
