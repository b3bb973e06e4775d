using System.Text;
using Firn.Common;
using Firn.Python.Distributions;

namespace Firn.Python.Installation;

/// <summary>The files that plain lists of paths name: pip's <c>installed-files.txt</c>, dpkg's lists.</summary>
internal sealed class PathFileList(BundlePaths paths, LauncherNames launchers)
{
    private readonly List<RecordedFile> _files = [];

    /// <summary>Takes one path; folders, bytecode and what lies elsewhere are passed over.</summary>
    /// <param name="path">Absolute, or relative to <paramref name="folder"/>.</param>
    /// <param name="folder">The folder of a relative path.</param>
    public void Add(string path, string folder)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)
            || path.EndsWith(".pyc", StringComparison.Ordinal) || path.EndsWith('/'))
        {
            return;
        }

        var full = Encoding.UTF8.GetBytes(Path.GetFullPath(Path.Join(path.StartsWith('/') ? string.Empty : folder, path)));
        if (RecordPath.Map(full, paths.SitePackages, paths.Scheme) is not { } mapped)
        {
            return;
        }

        if (mapped.IsInSitePackages)
        {
            Add(paths.OnDisk(mapped.Key), paths.InBundle(mapped.Key), RecordedFileRole.Member);
        }
        else if (paths.OnDisk(mapped) is { } onDisk)
        {
            var role = !mapped.IsScript ? RecordedFileRole.Member
                : launchers.Contains(mapped.Key[RecordPath.Scripts.Length..]) ? RecordedFileRole.Launcher
                : RecordedFileRole.Script;
            Add(onDisk, paths.InBundle(mapped), role);
        }
    }

    /// <summary>What was taken.</summary>
    /// <param name="likely">Files and folders that belong to the distribution where nobody else owns them.</param>
    public DistributionFiles Result(IReadOnlyList<string> likely) => new() { Files = _files, Likely = likely };

    private void Add(string path, string bundlePath, RecordedFileRole role)
    {
        if (RelativePath.IsSafe(path) && RelativePath.IsSafe(bundlePath))
        {
            _files.Add(new RecordedFile(path, bundlePath, role, string.Empty, -1));
        }
    }
}
