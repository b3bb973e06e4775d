using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Archives.Secrets;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Archives.Scanning;

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
    public List<SkippedFile> Outside { get; } = [];

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

        scan.Outside.AddRange(FilesBesideEnvironment.Of(source));
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

/// <summary>Folders of one prefix that belong to an archive.</summary>
/// <param name="Root">The prefix, absolute.</param>
/// <param name="Folders">Relative to it; <c>""</c> alone is all of it.</param>
/// <param name="IsExcluded">Paths below the prefix that are passed over, with what is below them.</param>
internal sealed record TreeSource(string Root, IReadOnlyList<string> Folders, Func<string, bool> IsExcluded)
{
    /// <summary>The kind of the environment, of its own source.</summary>
    public ArchivedTreeKind? Kind { get; init; }

    /// <summary>Whether all that lies there is archived, so that a link to what cannot be archived leaves something out.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The user's home folder, which no link brings into an archive.</summary>
    public string Home { get; init; } = string.Empty;

    /// <summary>Whether both mean the same folders; the kind stands for what is passed over.</summary>
    public bool IsSameAs(TreeSource other) =>
        Root == other.Root && Kind == other.Kind && Folders.SequenceEqual(other.Folders);
}

/// <summary>A folder of a source as it was scanned.</summary>
/// <param name="Start">What the paths of its files start with: empty, or the folder with a slash at the end.</param>
/// <param name="Tree">What is below it.</param>
internal sealed record ScannedSourceFolder(string Start, ScannedTree Tree);

/// <summary>Names what lies in a prefix and is not looked into: it is left out, and never without a word.</summary>
internal static class FilesBesideEnvironment
{
    /// <summary>Where a restore keeps its note and the interpreter under a virtual environment.</summary>
    public const string OwnFolder = ".firn";

    // What uv and virtualenv write beside the folders; it says nothing of the environment.
    private static readonly string[] Markers = [OwnFolder, ".gitignore", ".lock", "CACHEDIR.TAG"];

    /// <summary>The files and folders right below the prefix of a virtual environment, and conda's variables.</summary>
    public static List<SkippedFile> Of(TreeSource source) => source.Kind switch
    {
        ArchivedTreeKind.VirtualEnvironment => Beside(source),
        ArchivedTreeKind.Conda => Secret(Path.Join(source.Root, "conda-meta", "state")),
        _ => [],
    };

    private static List<SkippedFile> Beside(TreeSource source)
    {
        var files = new List<SkippedFile>();
        foreach (var entry in DirectoryReader.List(source.Root, out _))
        {
            if (!source.Folders.Contains(entry.Name) && !Markers.Contains(entry.Name))
            {
                files.Add(new SkippedFile(
                    Path.Join(source.Root, entry.Name),
                    SecretFiles.Contains(entry.Name)
                        ? SecretFiles.Reason
                        : "it lies beside the folders of a virtual environment"));
            }
        }

        return files;
    }

    private static List<SkippedFile> Secret(string path) =>
        FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile
            ? [new SkippedFile(path, SecretFiles.Reason)]
            : [];
}
