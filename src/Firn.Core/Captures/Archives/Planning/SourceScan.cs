using Firn.Captures.Archives.Unchanged;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Captures.Archives.Planning;

/// <summary>
/// What the file system has in the folders of a source at one time. It is enough to tell whether anything has changed;
/// what belongs to an archive, <see cref="TreeLoader"/> says.
/// </summary>
internal sealed class SourceScan
{
    private SourceScan(TreeSource source) => Source = source;

    public TreeSource Source { get; }

    /// <summary>The folders that there are.</summary>
    public List<ScannedSourceFolder> Folders { get; } = [];

    /// <summary>The files that the source names.</summary>
    public List<TreeFile> Files { get; } = [];

    /// <summary>What lies beside, and links to what cannot be archived.</summary>
    public List<LeftOutFile> Outside { get; } = [];

    /// <summary>Folders elsewhere that links of the source lead to, in the order in which they were found.</summary>
    public List<LinkedFolder> LinkedFolders { get; } = [];

    /// <summary>
    /// Links that are not archived with the text they have, by path: the path in the tree that one leads to, or
    /// <see langword="null"/> where what it leads to has taken its place.
    /// </summary>
    public Dictionary<string, string?> Links { get; } = new(StringComparer.Ordinal);

    /// <summary>Scans the folders, in their order.</summary>
    /// <param name="source">The folders.</param>
    /// <param name="cancellation">Stops the scan.</param>
    /// <exception cref="FirnException">The prefix cannot be read.</exception>
    public static SourceScan Of(TreeSource source, CancellationToken cancellation)
    {
        var scan = new SourceScan(source);
        foreach (var folder in source.Folders)
        {
            scan.Add(folder, cancellation);
        }

        scan.Outside.AddRange(OutsideFiles.Of(source));
        new OutwardLinks(scan, cancellation).Follow();
        return scan;
    }

    /// <summary>Whether a path is a repository's folder, which is never looked into.</summary>
    public static bool IsRepository(string path) =>
        path.EndsWith(".git", StringComparison.Ordinal) && (path.Length == 4 || path[^5] == '/');

    /// <summary>Takes all of it for a fingerprint, also of folders that belong to no archive: at worst more is read again.</summary>
    public void AddTo(StatFingerprint fingerprint)
    {
        fingerprint.Add(Source.Root);
        foreach (var scanned in Folders)
        {
            fingerprint.Add(scanned.Start);
            fingerprint.Add(scanned.Tree);
        }

        Files.ForEach(file => file.AddTo(fingerprint));
        fingerprint.AddSorted(Outside.Select(static file => file.Path));
    }

    private void Add(string folder, CancellationToken cancellation)
    {
        if (folder.Length == 0)
        {
            Folders.Add(new ScannedSourceFolder(string.Empty, Scan(Source.Root, string.Empty, cancellation)));
            return;
        }

        var path = Path.Join(Source.Root, folder);
        if (!FileStatReader.TryRead(path, out var stat))
        {
            return;
        }

        if (stat.IsDirectory)
        {
            Folders.Add(new ScannedSourceFolder(folder + "/", Scan(path, folder + "/", cancellation)));
        }
        else if (stat.IsRegularFile || stat.IsLink)
        {
            // What a link leads to, OutwardLinks finds.
            Files.Add(new TreeFile(folder, stat));
        }
    }

    private ScannedTree Scan(string folder, string start, CancellationToken cancellation) =>
        TreeScanner.Scan(folder, path => !IsRepository(path) && !Source.IsExcluded(start + path), cancellation);
}
