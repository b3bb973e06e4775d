using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Archives.Secrets;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Installation;

namespace Firn.Archives.Scanning;

/// <summary>
/// Looks behind the links of a scanned source that lead out of it: what Python or a shell reads through one is archived in
/// the link's place, or is named as left out (docs/formats/archive.md, "Links").
/// </summary>
/// <param name="scan">The scan, which takes what is found.</param>
/// <param name="cancellation">Stops it.</param>
internal sealed class OutwardLinks(SourceScan scan, CancellationToken cancellation)
{
    /// <summary>A folder with more entries is not a package's.</summary>
    private const int MaxInFolder = 100_000;

    /// <summary>Folders behind links in folders behind links: more is a maze.</summary>
    private const int MaxFolders = 10_000;

    // What is never a part of an environment.
    private static readonly string[] SystemFolders =
    [
        "/bin", "/boot", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt", "/root", "/run", "/sbin", "/srv", "/tmp", "/usr",
        "/usr/bin", "/usr/lib", "/usr/local", "/usr/share", "/var", "/Library", "/Users", "/Volumes",
    ];

    // Nor anything below these.
    private static readonly string[] KernelFolders = ["/dev", "/proc", "/sys"];

    private readonly TreeSource _source = scan.Source;
    private readonly string _realRoot = RealPath.Of(scan.Source.Root);
    private readonly bool _isPublic = OwnerOnlyFiles.IsPublic(scan.Source.Root);
    private readonly ArchivedPaths _places = new(scan);
    private readonly Dictionary<string, string> _realFolders = new(StringComparer.Ordinal);

    /// <summary>Follows the links, also those in the folders that it finds.</summary>
    public void Follow()
    {
        var own = scan.Folders.Count;
        FollowNamed();
        // Folders are added while the list is walked.
        for (var i = 0; i < scan.Folders.Count; i++)
        {
            Follow(scan.Folders[i], isElsewhere: i >= own);
        }
    }

    /// <summary>Links in the place of a folder or file that the source names.</summary>
    private void FollowNamed()
    {
        var named = scan.Files.FindAll(static file => file.Stat.IsLink);
        foreach (var file in named)
        {
            Look(file.Path, Path.Join(_realRoot, file.Path), isElsewhere: false);
            if (scan.Links.TryGetValue(file.Path, out var target))
            {
                scan.Files.Remove(file);
                if (target is not null)
                {
                    scan.Files.Add(new TreeFile(file.Path, file.Stat) { LinkTarget = target });
                }
            }
        }
    }

    private void Follow(ScannedSourceFolder folder, bool isElsewhere)
    {
        List<ScannedEntry>? links = null;
        foreach (var entry in folder.Tree.Entries)
        {
            if (entry.Stat.IsLink)
            {
                (links ??= []).Add(entry);
            }
        }

        if (links is null)
        {
            return;
        }

        // The scan has no order, and the first of two links to one folder has its files.
        links.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        var realFolder = RealPath.Of(folder.Tree.Root);
        foreach (var link in links)
        {
            cancellation.ThrowIfCancellationRequested();
            Look(folder.Start + link.Path, Path.Join(realFolder, link.Path), isElsewhere);
        }
    }

    /// <summary>Decides about one link.</summary>
    /// <param name="path">Its path in the tree.</param>
    /// <param name="full">Where it is, absolute, with the links of its folders followed.</param>
    /// <param name="isElsewhere">Whether it lies behind another link.</param>
    private void Look(string path, string full, bool isElsewhere)
    {
        if (IsPassedOver(path) || RealPath.LinkTarget(full) is not { Length: > 0 } text)
        {
            return;
        }

        var isTop = !path.Contains('/', StringComparison.Ordinal);
        if (!isTop && !text.Contains('/', StringComparison.Ordinal) && text is not (".." or ".git"))
        {
            // Beside it: nearly all links of packages.
            return;
        }

        if ((!isElsewhere && _places.StaysAmongFolders(path, text)) || _places.IsInOtherEnvironment(path))
        {
            return;
        }

        var real = RealOf(full, text);
        var next = Path.GetFullPath(text, Path.GetDirectoryName(full)!);
        if (_places.Find(next, out var isPlain) is { } target && RealPath.Of(next) == real)
        {
            // To a folder elsewhere, or from there, the text says nothing after a restore.
            if (isElsewhere || !isPlain)
            {
                scan.Links[path] = target;
            }
        }
        else if (_places.Find(real, out _) is { } behind)
        {
            scan.Links[path] = behind;
        }
        else
        {
            scan.Links[path] = null;
            Replace(path, full, real, text);
        }
    }

    /// <summary>Where a link leads in the end. An environment of links has thousands into each folder of a cache.</summary>
    private string RealOf(string full, string text)
    {
        var slash = text.LastIndexOf('/');
        if (slash <= 0 || text[0] != '/' || slash == text.Length - 1 || text.Contains("..", StringComparison.Ordinal) || text.EndsWith("/.", StringComparison.Ordinal))
        {
            return RealPath.Of(full);
        }

        var folder = text[..slash];
        if (!_realFolders.TryGetValue(folder, out var real))
        {
            real = RealPath.Of(folder);
            _realFolders.Add(folder, real);
        }

        var file = Path.Join(real, text.AsSpan(slash + 1));
        return RealPath.LinkTarget(file) is null ? file : RealPath.Of(file);
    }

    /// <summary>Puts what a link leads to in its place.</summary>
    private void Replace(string path, string full, string real, string text)
    {
        if (!FileStatReader.TryRead(real, out var stat))
        {
            Leave(path, $"it is a link to {text}, and nothing is there that may be read");
        }
        else if (stat.IsDirectory)
        {
            AddFolder(path, full, real, text);
        }
        else if (SecretFiles.Contains(real.TrimStart('/')) || real.Split('/').Any(SecretFiles.IsFolder))
        {
            scan.Outside.Add(new SkippedFile(Path.Join(_source.Root, path), SecretFiles.Reason));
        }
        else if (stat.IsRegularFile && IsOfKernel(real))
        {
            Leave(path, $"it is a link to {text}, which the kernel makes up");
        }
        else if (stat.IsRegularFile && _isPublic && OwnerOnlyFiles.ReasonAgainst(stat) is { } reason)
        {
            Leave(path, $"it is a link to {text}, and {reason}");
        }
        else if (stat.IsRegularFile)
        {
            scan.Files.Add(new TreeFile(path, stat) { Source = real });
        }
        else
        {
            Leave(path, stat.IsLink ? $"it is a link to {text}, which leads in a circle" : $"it is a link to {text}, which is neither a file nor a folder");
        }
    }

    private void AddFolder(string path, string full, string real, string text)
    {
        var linked = new LinkedFolder(path, real);
        if (ReasonAgainst(full, linked) is { } reason)
        {
            Leave(path, $"it is a link to {text}, {reason}");
            return;
        }

        try
        {
            var tree = TreeScanner.Scan(
                real,
                static below => !SourceScan.IsRepository(below) && !SecretFiles.IsFolder(Path.GetFileName(below)),
                cancellation,
                linked.IsOwn ? int.MaxValue : MaxInFolder);
            if (!linked.IsOwn && tree.Entries.Count > MaxInFolder)
            {
                Leave(path, $"it is a link to {text}, where more than 100,000 files are");
                return;
            }

            scan.Folders.Add(new ScannedSourceFolder(path + "/", tree));
            scan.LinkedFolders.Add(linked);
            _places.Add(linked);
            foreach (var entry in tree.Entries)
            {
                if (entry.Stat.IsDirectory && SecretFiles.IsFolder(entry.Name.ToString()))
                {
                    scan.Outside.Add(new SkippedFile(Path.Join(_source.Root, path, entry.Path), SecretFiles.Reason));
                }
            }
        }
        catch (FirnException failure)
        {
            Leave(path, $"it is a link to {text}: {failure.Message}");
        }
    }

    private string? ReasonAgainst(string full, LinkedFolder linked) => linked.Folder is var real && RealPath.IsWithin(_realRoot, real)
        ? "a folder that holds the environment itself"
        : RealPath.IsWithin(full, real) ? "a folder that holds the link itself"
        : _source.Home.Length > 0 && real == RealPath.Of(_source.Home) ? "the home folder"
        : Array.IndexOf(SystemFolders, real) >= 0 || IsOfKernel(real)
            || Path.GetDirectoryName(real) is "/home" or "/Users" ? "a folder of the system"
        : ArchivedPaths.IsEnvironment(real) ? "which is another environment"
        : Array.IndexOf(real.Split('/'), ".git") >= 0 ? "which is a repository"
        : real.Split('/').Any(SecretFiles.IsFolder) ? $"and {SecretFiles.Reason}"
        : !linked.IsOwn && scan.LinkedFolders.Count >= MaxFolders ? "one more than 10,000 such links"
        : null;

    private static bool IsOfKernel(string real) =>
        Array.Exists(KernelFolders, folder => RealPath.IsWithin(real, folder)) && !real.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private void Leave(string path, string reason) =>
        scan.Outside.Add(new SkippedFile(Path.Join(_source.Root, path), reason, _source.IsWhole));

    private bool IsPassedOver(string path) =>
        (_source.Kind == ArchivedTreeKind.VirtualEnvironment && VirtualEnvironmentFiles.IsInterpreter(path))
        || _places.IsExcluded(path);
}
