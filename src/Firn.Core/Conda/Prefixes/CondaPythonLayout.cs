using Firn.Common;

namespace Firn.Conda.Prefixes;

/// <summary>
/// Where the Python of a prefix has its packages and its programs, by which the paths of <c>noarch: python</c> packages
/// become paths in the prefix and back (conda common/path/python.py <c>get_python_noarch_target_path</c>).
/// </summary>
/// <param name="SitePackages">Relative to the prefix, for example <c>lib/python3.13t/site-packages</c>.</param>
internal sealed record CondaPythonLayout(string SitePackages)
{
    private const string PackagedModules = "site-packages/";
    private const string PackagedScripts = "python-scripts/";
    private const string Programs = "bin/";

    /// <summary>
    /// The layout of a <c>python</c> package: what it declares (CEP 17: free-threaded builds, PyPy), else
    /// <c>lib/pythonX.Y/site-packages</c>.
    /// </summary>
    /// <exception cref="FirnException">The declared folder leaves the prefix, or the version tells no folder.</exception>
    public static CondaPythonLayout Of(CondaPackage python) =>
        Find(python.Version, python.PythonSitePackagesPath) ?? throw new FirnException(
            $"the conda package {python.Spec} does not say where its site-packages are",
            "its record is damaged: install python again in the original environment and capture it anew");

    /// <summary>The layout by a version and what the package declares; <see langword="null"/> where they tell no folder.</summary>
    public static CondaPythonLayout? Find(string version, string? declared) =>
        (declared ?? Default(version)) is { } folder && CondaPaths.IsAllowed(folder) ? new CondaPythonLayout(folder) : null;

    /// <summary>The layout that paths in a prefix show; that of the package itself where none of them does.</summary>
    public static CondaPythonLayout Seen(IEnumerable<string> installed)
    {
        foreach (var path in installed)
        {
            if (SitePackagesOf(path) is { } folder)
            {
                return new CondaPythonLayout(folder);
            }
        }

        return new CondaPythonLayout("site-packages");
    }

    /// <summary>Where a packaged path goes.</summary>
    public string Target(string packaged)
    {
        if (packaged.StartsWith(PackagedModules, StringComparison.Ordinal))
        {
            return string.Concat(SitePackages, packaged.AsSpan(PackagedModules.Length - 1));
        }

        return packaged.StartsWith(PackagedScripts, StringComparison.Ordinal)
            ? string.Concat(Programs, packaged.AsSpan(PackagedScripts.Length))
            : packaged;
    }

    /// <summary>
    /// Where a path of the prefix was packaged. What lies in <c>bin</c> was in <c>python-scripts</c>, which is where
    /// conda-build puts the scripts of such packages.
    /// </summary>
    public string Packaged(string target)
    {
        if (target.Length > SitePackages.Length && target[SitePackages.Length] == '/'
            && target.StartsWith(SitePackages, StringComparison.Ordinal))
        {
            return string.Concat(PackagedModules, target.AsSpan(SitePackages.Length + 1));
        }

        return target.StartsWith(Programs, StringComparison.Ordinal)
            ? string.Concat(PackagedScripts, target.AsSpan(Programs.Length))
            : target;
    }

    /// <summary><c>lib/NAME/site-packages</c> with NAME a Python's, or Windows' <c>Lib/site-packages</c>, at a path's start.</summary>
    private static string? SitePackagesOf(string path)
    {
        const string Folder = "/site-packages/";
        var at = path.IndexOf(Folder, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var parent = path.AsSpan(0, at);
        var isPython = parent.StartsWith("lib/python", StringComparison.Ordinal)
            || parent.StartsWith("lib/pypy", StringComparison.Ordinal);
        return parent is "Lib" || (isPython && parent["lib/".Length..].IndexOf('/') < 0)
            ? path[..(at + Folder.Length - 1)]
            : null;
    }

    private static string? Default(string version)
    {
        var dot = version.IndexOf('.', StringComparison.Ordinal);
        var minor = version.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9');
        minor = minor < 0 ? version.Length : dot + 1 + minor;
        return dot > 0 && minor > dot + 1 && version.AsSpan(0, dot).IndexOfAnyExceptInRange('0', '9') < 0
            ? $"lib/python{version.AsSpan(0, minor)}/site-packages"
            : null;
    }
}
