using Firn.Captures.Archives;
using Firn.Common;

namespace Firn.Captures.Verification;

/// <summary>
/// Finds files in site-packages that the archive does not have. Elsewhere in a prefix people keep what they like; here
/// Python may import it. Bytecode is anybody's.
/// </summary>
/// <param name="archive">The archive, whose bundles' lists are all there.</param>
/// <param name="archived">Those lists.</param>
internal sealed class AddedFiles(ArchiveDocument archive, ArchivedFiles archived)
{
    private const int MostFolders = 64;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<FileDifference> _added = [];
    private readonly string _site = $"lib/{archive.Environment.PythonFolder}/site-packages/";

    /// <summary>The files, in no order.</summary>
    /// <param name="sitePackages">The folder as it is now, absolute.</param>
    public List<FileDifference> Find(string sitePackages)
    {
        var tree = archive.Environment;
        foreach (var package in tree.Packages)
        {
            foreach (var path in archived.IndexOf(package.Bundle).Keys)
            {
                AddKnown(path);
                if (package.Kind == ArchivedPackageKind.Conda && path.StartsWith("site-packages/", StringComparison.Ordinal))
                {
                    _known.Add(path["site-packages/".Length..]);
                }
            }

            AddInstallation(package.Distribution);
        }

        foreach (var text in tree.Texts)
        {
            AddKnown(text.Path);
        }

        foreach (var link in tree.Links)
        {
            AddKnown(link.Path);
        }

        AddLeftOut(tree);
        Walk(sitePackages, string.Empty, 0);
        return _added;
    }

    private void AddInstallation(ArchivedDistribution? distribution)
    {
        if (distribution is null)
        {
            return;
        }

        foreach (var name in distribution.InstallerFiles.Keys)
        {
            _known.Add($"{distribution.Metadata}/{name}");
        }

        _known.UnionWith(distribution.LinkFiles);
    }

    /// <summary>What the archived prefix had, and the archive has not, is no news there.</summary>
    private void AddLeftOut(ArchivedTree tree)
    {
        var folder = $"{tree.Prefix}/{tree.SitePackages}/";
        foreach (var file in archive.LeftOut)
        {
            if (file.Path.StartsWith(folder, StringComparison.Ordinal))
            {
                _known.Add(file.Path[folder.Length..].TrimEnd('/'));
            }
        }
    }

    private void AddKnown(string path)
    {
        if (path.StartsWith(_site, StringComparison.Ordinal))
        {
            _known.Add(path[_site.Length..]);
        }
    }

    private void Walk(string folder, string start, int depth)
    {
        var entries = DirectoryReader.List(folder, out _);
        if (depth > MostFolders || (depth > 0 && IsEnvironment(entries)))
        {
            return;
        }

        foreach (var entry in entries)
        {
            var path = start + entry.Name;
            if (_known.Contains(path) || entry.Name is "__pycache__" or ".git"
                || entry.Name.EndsWith(".pyc", StringComparison.Ordinal))
            {
                continue;
            }

            if (entry.Kind == DirectoryEntryKind.Directory || (entry.Kind == DirectoryEntryKind.Link && HoldsKnown(path)))
            {
                Walk(Path.Join(folder, entry.Name), path + "/", depth + 1);
            }
            else
            {
                _added.Add(new FileDifference(Path.Join(folder, entry.Name), "files", FileState.Added, null, null));
            }
        }
    }

    /// <summary>Whether the archive has files behind a link: it was archived as the folder that it leads to.</summary>
    private bool HoldsKnown(string path)
    {
        foreach (var known in _known)
        {
            if (known.Length > path.Length && known[path.Length] == '/' && known.StartsWith(path, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsEnvironment(IReadOnlyList<DirectoryEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Name is "pyvenv.cfg" or "conda-meta")
            {
                return true;
            }
        }

        return false;
    }
}
