using Firn.Archives.Documents;
using Firn.Common.Files;
using Firn.Python.Installation;

namespace Firn.Archives.Plans;

/// <summary>The files of one prefix, or of some folders of it, as the file system had them at one time.</summary>
internal sealed class InstalledTree
{
    private readonly Dictionary<string, TreeFile> _byPath;
    private readonly IReadOnlyList<string> _folders;
    private readonly List<TreeFile> _files;

    /// <param name="root">The prefix, absolute.</param>
    /// <param name="folders">The folders of it that were read, relative; <c>""</c> alone is all of it.</param>
    /// <param name="files">What was found: regular files and links, each once.</param>
    public InstalledTree(string root, IReadOnlyList<string> folders, List<TreeFile> files)
    {
        Root = root;
        RealRoot = RealPath.Of(root);
        _folders = folders;
        _files = files;
        _byPath = new Dictionary<string, TreeFile>(files.Count, StringComparer.Ordinal);
        foreach (var file in files)
        {
            _byPath[file.Path] = file;
        }
    }

    /// <summary>The prefix, absolute, links not followed.</summary>
    public string Root { get; }

    /// <summary>The prefix with links followed.</summary>
    public string RealRoot { get; }

    /// <summary>Reads the lines by which scripts name an interpreter of this installation.</summary>
    public required ShebangReader Interpreters { get; init; }

    /// <summary>The same for scripts that an installer wrote, which may also name the interpreter below.</summary>
    public required ShebangReader LauncherInterpreters { get; init; }

    /// <summary>Every absolute path by which the prefix is written in its files, <see cref="Root"/> first.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>What <c>.pth</c> files add to <c>sys.path</c> from outside of the prefix: absolute and clean.</summary>
    public required IReadOnlySet<string> AddedPaths { get; init; }

    /// <summary>What stands for the prefix in the files of bundles; nothing where no text may be searched for it.</summary>
    public required IReadOnlyList<PrefixToken> PrefixTokens { get; init; }

    /// <summary>What stands for the folders of this installation in the texts of the document.</summary>
    public required IReadOnlyList<PrefixToken> TextTokens { get; init; }

    /// <summary>The same in <c>pyvenv.cfg</c>, where even <c>/usr/bin</c> can only mean the interpreter below.</summary>
    public required IReadOnlyList<PrefixToken> ConfigurationTokens { get; init; }

    /// <summary>The files in the order of the scan.</summary>
    public IReadOnlyList<TreeFile> Files => _files;

    /// <summary>What was not archived.</summary>
    public List<SkippedFile> LeftOut { get; } = [];

    /// <summary>Folders elsewhere, behind links, that some of the files lie in.</summary>
    public List<LinkedFolder> LinkedFolders { get; } = [];

    /// <summary>The absolute path of a file, as it is named.</summary>
    public string PathOf(TreeFile file) => Path.Join(Root, file.Path);

    /// <summary>Where the bytes of a file are read.</summary>
    public string SourceOf(TreeFile file) => file.Source ?? PathOf(file);

    /// <summary>Where the bytes of a file lie that the prefix does not hold itself; <see langword="null"/> where it does.</summary>
    public string? Elsewhere(TreeFile file)
    {
        var source = file.Source;
        foreach (var linked in source is null ? LinkedFolders : [])
        {
            if (RealPath.IsWithin(file.Path, linked.Path))
            {
                source = linked.Folder + file.Path[linked.Path.Length..];
            }
        }

        return source is not null && !RealPath.IsWithin(source, RealRoot) ? source : null;
    }

    /// <summary>
    /// The text that a link has in an archive: relative where it leads to something of the tree, any other as it is;
    /// <see langword="null"/> where the link is gone.
    /// </summary>
    public string? LinkText(TreeFile file)
    {
        var folder = Path.GetDirectoryName("/" + file.Path)!;
        if (file.LinkTarget is { } known)
        {
            return Path.GetRelativePath(folder, "/" + known);
        }

        var target = RealPath.LinkTarget(PathOf(file));
        foreach (var root in Names)
        {
            if (target is ['/', ..] && RealPath.IsWithin(target, root) && target.Length > root.Length)
            {
                return Path.GetRelativePath(folder, target[root.Length..]);
            }
        }

        return target;
    }

    /// <summary>
    /// The place in the tree of a path, whatever links lead there: relative to the root; <see langword="null"/> for one that
    /// lies elsewhere.
    /// </summary>
    public string? PlaceOf(string path)
    {
        var real = RealPath.Of(path);
        foreach (var linked in LinkedFolders)
        {
            if (RealPath.IsWithin(real, linked.Folder))
            {
                return linked.Path + real[linked.Folder.Length..];
            }
        }

        return RealPath.IsWithin(real, RealRoot) ? real[RealRoot.Length..].TrimStart('/') : null;
    }

    /// <summary>
    /// The file at that path; one outside the folders that were read is looked for now, such as a script of a package
    /// in the user's site-packages.
    /// </summary>
    public TreeFile? Find(string path)
    {
        if (_byPath.TryGetValue(path, out var file))
        {
            return file;
        }

        if (IsRead(path) || !FileStatReader.TryRead(Path.Join(Root, path), out var stat)
            || !(stat.IsRegularFile || stat.IsLink))
        {
            return null;
        }

        string? source = null;
        if (stat.IsLink && RealPath.Of(Path.Join(Root, path)) is var real
            && FileStatReader.TryRead(real, out var followed) && followed.IsRegularFile)
        {
            (source, stat) = (real, followed);
        }

        file = new TreeFile(path, stat) { Source = source };
        _byPath.Add(path, file);
        _files.Add(file);
        return file;
    }

    /// <summary>Leaves a file out, and says so.</summary>
    public void LeaveOut(TreeFile file, string reason, bool isMissed = false)
    {
        file.Use = TreeFileUse.LeftOut;
        LeftOut.Add(new SkippedFile(PathOf(file), reason, isMissed));
    }

    private bool IsRead(string path)
    {
        foreach (var folder in _folders)
        {
            if (folder.Length == 0
                || (path.Length > folder.Length && path[folder.Length] == '/'
                    && path.StartsWith(folder, StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A file or link below the root of a tree.</summary>
/// <param name="path">Relative to the tree's root, with forward slashes.</param>
/// <param name="stat">What the file system says of it.</param>
internal sealed class TreeFile(string path, FileStat stat)
{
    public string Path { get; } = path;

    public FileStat Stat { get; } = stat;

    /// <summary>Where its bytes are, absolute, where a link in its place leads out of the tree: it is archived as what it leads to.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// Of a link, the path in the tree that it leads to, where its own text does not tell that: one behind another link.
    /// </summary>
    public string? LinkTarget { get; init; }

    /// <summary>What became of it.</summary>
    public TreeFileUse Use { get; set; }

    /// <summary>The bundle that it is a member of.</summary>
    public PlannedBundle? Owner { get; set; }

    /// <summary>As which member.</summary>
    public PlannedMember? Member { get; set; }

    /// <summary>Adds its path and what the file system says of it.</summary>
    public void AddTo(StatFingerprint fingerprint)
    {
        fingerprint.Add(Path);
        fingerprint.Add(Stat);
    }
}

/// <summary>What became of a file in scope; each has exactly one.</summary>
internal enum TreeFileUse
{
    /// <summary>Nobody has taken it yet.</summary>
    None,

    /// <summary>It is a member of a bundle.</summary>
    Member,

    /// <summary>It is bytecode of a member.</summary>
    Bytecode,

    /// <summary>It is in the document: a launcher, a text, a link, an installer's file.</summary>
    Document,

    /// <summary>It can be made again from what is archived: stale bytecode, another interpreter's, RECORD.</summary>
    Derived,

    /// <summary>It is not archived, and named.</summary>
    LeftOut,
}

/// <summary>A folder elsewhere that a link of a tree leads to; its files are archived in the link's place.</summary>
/// <param name="Path">The link, relative to the tree's root.</param>
/// <param name="Folder">The folder, absolute, links followed.</param>
internal sealed record LinkedFolder(string Path, string Folder)
{
    /// <summary>Whether it stands for one that environments are made of, as site-packages: all in it is the environment's.</summary>
    public bool IsOwn { get; } = IsOwnPath(Path);

    private static bool IsOwnPath(string path)
    {
        var names = path.Split('/');
        return path is "bin" or "include"
            || (names[0] is "lib" or "lib64"
                && (names.Length == 1
                    || (names[1].StartsWith("py", StringComparison.Ordinal)
                        && (names.Length == 2 || (names.Length == 3 && names[2] is "site-packages" or "dist-packages")))));
    }
}
