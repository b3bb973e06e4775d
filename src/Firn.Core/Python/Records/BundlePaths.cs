namespace Firn.Python.Records;

/// <summary>
/// Maps the files of one site-packages folder, and those beside it, to the paths of a virtual environment on POSIX, so
/// that a distribution's bundle is the same whatever scheme it was installed by.
/// </summary>
internal sealed class BundlePaths
{
    private readonly string _site;
    private readonly string _bundleSite;

    /// <param name="sitePackages">The folder that holds the metadata, absolute.</param>
    /// <param name="treeRoot">The prefix of the environment that it lies in; <see langword="null"/> where it lies in none.</param>
    /// <param name="pythonFolder">For example <c>python3.11</c>.</param>
    public BundlePaths(string sitePackages, string? treeRoot, string pythonFolder)
    {
        SitePackages = sitePackages;
        Scheme = InstallationRoot.Of(sitePackages);
        Root = treeRoot ?? Scheme.Path;
        PythonFolder = pythonFolder;
        _site = Root.Length < sitePackages.Length ? sitePackages[(Root.Length + 1)..] + "/" : string.Empty;
        var own = $"lib/{pythonFolder}/site-packages/";
        _bundleSite = Scheme.Depth > 0 || treeRoot is null ? own : _site;
        Site = own;
    }

    /// <summary>The folder that holds the metadata, absolute.</summary>
    public string SitePackages { get; }

    /// <summary>What rows that climb out of it are relative to.</summary>
    public InstallationRoot Scheme { get; }

    /// <summary>The folder that paths on disk are relative to, absolute.</summary>
    public string Root { get; }

    public string PythonFolder { get; }

    /// <summary>Site-packages in a bundle, with a final slash.</summary>
    public string Site { get; }

    /// <summary>The path on disk of a path in site-packages.</summary>
    public string OnDisk(string inSite) => _site + inSite;

    /// <summary>The path in the bundle of a path in site-packages.</summary>
    public string InBundle(string inSite) => _bundleSite + inSite;

    /// <summary>Whether paths on disk and in the bundle are the same.</summary>
    public bool AreSame => string.Equals(_site, _bundleSite, StringComparison.Ordinal);

    /// <summary>The path in the bundle of a file outside site-packages.</summary>
    public string InBundle(MappedPath mapped)
    {
        var key = mapped.Key;
        if (key.StartsWith(RecordPath.Scripts, StringComparison.Ordinal))
        {
            return "bin/" + key[RecordPath.Scripts.Length..];
        }

        if (key.StartsWith(RecordPath.Headers, StringComparison.Ordinal))
        {
            return $"include/site/{PythonFolder}/{key[RecordPath.Headers.Length..]}";
        }

        var data = key[RecordPath.Data.Length..];
        var other = $"lib64/{PythonFolder}/site-packages/";
        return data.StartsWith(other, StringComparison.Ordinal) ? Site + data[other.Length..] : data;
    }

    /// <summary>The path on disk of a file outside site-packages; <see langword="null"/> where it lies outside the root.</summary>
    public string? OnDisk(MappedPath mapped) =>
        mapped.FullPath.Length > Root.Length + 1
        && mapped.FullPath.StartsWith(Root, StringComparison.Ordinal)
        && mapped.FullPath[Root.Length] == '/'
            ? mapped.FullPath[(Root.Length + 1)..]
            : null;
}
