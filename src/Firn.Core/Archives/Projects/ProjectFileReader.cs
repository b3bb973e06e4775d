using Firn.Archives.Documents;
using Firn.Archives.Secrets;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Common.Tar;
using Firn.Git;

namespace Firn.Archives.Projects;

/// <summary>
/// Chooses the files of one work tree: what git tracks, what is new and not ignored, and of what is ignored that
/// without which the project does not run.
/// </summary>
/// <param name="root">The work tree, or the project's folder where there is no git.</param>
/// <param name="target">Where the root lies in the bundle: empty, or with a slash at the end.</param>
internal sealed class ProjectFileReader(string root, string target)
{
    /// <summary>A file that nobody put under version control and that is larger may be data, and data is not copied unasked.</summary>
    private const long MaxUntrackedBytes = 10_000_000;
    private const int MaxDepth = 128;

    /// <summary>The most files, folders and bytes of code that is taken because a <c>.pth</c> file names it: more is not a code.</summary>
    public const int MaxEntries = 50_000;
    public const long MaxBytes = 1L << 30;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ignored = new(StringComparer.Ordinal);
    private readonly HashSet<string> _linkedFolders = new(StringComparer.Ordinal);
    private (int Entries, long Bytes) _read;
    private string? _realFolder;

    /// <summary>The part of the root that is archived: empty, or with a slash at the end.</summary>
    public string Folder { get; init; } = string.Empty;

    /// <summary>What git ignores; <see langword="null"/> where there is no git.</summary>
    public GitIgnore? Ignore { get; init; }

    /// <summary>Whether nobody said that it is a project: then it may be anything, and is looked at with a limit.</summary>
    public bool IsLimited { get; init; }

    /// <summary>Whether the limit was met; what was read is not all then.</summary>
    public bool IsTooLarge => IsLimited && (_read.Entries > MaxEntries || _read.Bytes > MaxBytes);

    public List<BundleMember> Members { get; } = [];

    public List<SkippedFile> LeftOut { get; } = [];

    /// <summary>Takes a file that git tracks, whatever it is now.</summary>
    /// <returns>Whether it may be archived: a secret is not.</returns>
    public bool AddTracked(string path)
    {
        _known.Add(path);
        if (SecretFiles.ContainsIn(path, root))
        {
            Leave(path, SecretFiles.Reason);
            return false;
        }

        if (!Encodes(path))
        {
            Leave(path, "its name is not UTF-8");
            return false;
        }

        if (FileStatReader.TryRead(Path.Join(root, path), out var stat))
        {
            Add(path, stat, isTracked: true);
        }

        return true;
    }

    /// <summary>Takes a submodule, whose files come from elsewhere.</summary>
    public void AddSubmodule(string path)
    {
        _known.Add(path);
        var folder = Path.Join(root, path);
        if (Directory.Exists(folder) && DirectoryReader.List(folder, out _).Count == 0)
        {
            Members.Add(new BundleMember { Path = target + path, Kind = TarEntryKind.Directory });
        }
    }

    /// <summary>Walks a folder for what git does not track.</summary>
    /// <param name="folder">Relative to the root; empty, or with a slash at the end.</param>
    public void Walk(string folder) => Walk(folder, Choice.All, 0);

    private void Walk(string folder, Choice choice, int depth)
    {
        foreach (var entry in DirectoryReader.List(Path.Join(root, folder), out _))
        {
            var path = folder + entry.Name;
            _read.Entries++;
            if (IsTooLarge)
            {
                return;
            }

            if (_known.Contains(path))
            {
                continue;
            }

            if (entry.Kind == DirectoryEntryKind.Directory)
            {
                if (depth < MaxDepth && IsWanted(path, entry.Name, folder))
                {
                    Walk(path + "/", ChoiceIn(path, entry.Name, choice), depth + 1);
                }
            }
            else if (entry.Name != ".git")
            {
                AddUntracked(path, entry.Name, choice, depth);
            }
        }
    }

    private bool IsWanted(string path, string name, string parent)
    {
        var parentName = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.Join(root, parent)));
        if (ProjectFolders.IsVersionControl(name) || ProjectFolders.IsCache(name, parentName)
            || ProjectFolders.IsEnvironment(Path.Join(root, path)))
        {
            return false;
        }

        // A folder on sys.path is all code, in whatever clones it lies.
        if (!IsLimited && Path.Exists(Path.Join(root, path, ".git")))
        {
            Leave(path, "it is a repository of its own");
            return false;
        }

        return true;
    }

    private Choice ChoiceIn(string path, string name, Choice choice)
    {
        if (name.EndsWith(".egg-info", StringComparison.Ordinal) || name.EndsWith(".dist-info", StringComparison.Ordinal))
        {
            // Metadata is generated, so git ignores it, and Python finds the project by it.
            return Choice.All | Choice.Metadata;
        }

        var isIgnored = choice == Choice.All && Ignore?.IsIgnored(path, isDirectory: true) == true;
        return isIgnored ? Choice.Modules : choice;
    }

    private void AddUntracked(string path, string name, Choice choice, int depth)
    {
        if (SecretFiles.ContainsIn(path, root))
        {
            Leave(path, SecretFiles.Reason);
            return;
        }

        var isModule = name.EndsWith(".so", StringComparison.Ordinal) || name.EndsWith(".pyd", StringComparison.Ordinal)
            || name.Contains(".so.", StringComparison.Ordinal);
        if (choice == Choice.Modules && !isModule)
        {
            if (name.EndsWith(".py", StringComparison.Ordinal) && _ignored.Add(path[..(path.Length - name.Length)]))
            {
                // One for each folder: it may be a package, or what a build has left.
                Leave(path, "git ignores its folder");
            }

            return;
        }

        if (choice == Choice.All && !isModule && Ignore?.IsIgnored(path, isDirectory: false) == true)
        {
            // A version file that the build writes is imported by the package itself.
            if (!name.EndsWith(".py", StringComparison.Ordinal))
            {
                return;
            }

            if (!name.Contains("version", StringComparison.Ordinal))
            {
                Leave(path, "git ignores it");
                return;
            }
        }

        if (!Encodes(path))
        {
            Leave(path, "its name is not UTF-8");
        }
        else if (FileStatReader.TryRead(Path.Join(root, path), out var stat))
        {
            if (stat.Size > MaxUntrackedBytes && !isModule)
            {
                Leave(path, "it is larger than 10 MB and not under version control");
            }
            else if (stat.IsLink && RealPath.Of(Path.Join(root, path)) is var real && !IsArchived(real))
            {
                Replace(path, real, isModule, choice, depth);
            }
            else
            {
                Add(path, stat, isTracked: false);
            }
        }
    }

    private bool IsArchived(string real) => RealPath.IsWithin(real, _realFolder ??= RealPath.Of(Path.Join(root, Folder)).TrimEnd('/'));

    /// <summary>Takes what a link leads to that lies outside of the project.</summary>
    private void Replace(string path, string real, bool isModule, Choice choice, int depth)
    {
        if (!FileStatReader.TryRead(real, out var stat))
        {
            Miss(path, real, "where nothing is");
        }
        else if (stat.IsDirectory)
        {
            if (depth >= MaxDepth || IsArchivedFolderIn(real) || ProjectFolders.IsEnvironment(real) || !_linkedFolders.Add(real))
            {
                Miss(path, real, "which holds the project, is an environment, or is behind another link too");
            }
            else if (IsWanted(path, Path.GetFileName(path), Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent + "/" : string.Empty))
            {
                Walk(path + "/", choice, depth + 1);
            }
        }
        else if (SecretFiles.Contains(real.TrimStart('/')))
        {
            Leave(path, SecretFiles.Reason);
        }
        else if (!stat.IsRegularFile || (stat.Size > MaxUntrackedBytes && !isModule))
        {
            Miss(path, real, "which is not a file, or larger than 10 MB");
        }
        else
        {
            AddFile(path, real, stat);
        }
    }

    private bool IsArchivedFolderIn(string real) =>
        _realFolder is { } folder && RealPath.IsWithin(folder, real);

    private void Miss(string path, string real, string reason) =>
        LeftOut.Add(new SkippedFile(Path.Join(root, path), $"it is a link to {real}, {reason}", IsMissed: true));

    private void AddFile(string path, string source, FileStat stat)
    {
        _read.Bytes += stat.Size;
        Members.Add(new BundleMember
        {
            Path = target + path,
            IsExecutable = stat.IsExecutable,
            Content = BundleContent.OfFile(source, stat.Size),
        });
    }

    private void Add(string path, FileStat stat, bool isTracked)
    {
        var absolute = Path.Join(root, path);
        if (stat.IsRegularFile)
        {
            AddFile(path, absolute, stat);
        }
        else if (stat.IsLink && RealPath.LinkTarget(absolute) is { Length: > 0 } link)
        {
            var real = RealPath.Of(absolute);
            if (!isTracked && link.StartsWith('/'))
            {
                link = Path.GetRelativePath(RealPath.Of(Path.GetDirectoryName(absolute)!), real);
            }
            else if (isTracked && (link.StartsWith('/') || !IsArchived(real)) && Path.Exists(real))
            {
                // Git keeps the link, and a file in its place would be a change.
                Miss(path, link, "which git keeps as it is, and what it leads to lies outside of the project");
            }

            Members.Add(new BundleMember { Path = target + path, Kind = TarEntryKind.Link, LinkTarget = link });
        }
        else if (!stat.IsDirectory)
        {
            Leave(path, "it is neither a file nor a link");
        }
    }

    private static bool Encodes(string path) => !path.Contains('\uFFFD', StringComparison.Ordinal);

    private void Leave(string path, string reason) => LeftOut.Add(new SkippedFile(Path.Join(root, path), reason));

    /// <summary>What of a folder is taken.</summary>
    [Flags]
    private enum Choice
    {
        /// <summary>Compiled modules only: git ignores the folder.</summary>
        Modules = 0,

        /// <summary>What git does not ignore.</summary>
        All = 1,

        /// <summary>With <see cref="All"/>: also what git ignores.</summary>
        Metadata = 2,
    }
}

/// <summary>Folders of a project that tools fill and can fill again, and those of version control.</summary>
internal static class ProjectFolders
{
    private static readonly HashSet<string> Caches = new(StringComparer.Ordinal)
    {
        "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".ipynb_checkpoints",
        ".cache", ".eggs", "node_modules", ".pixi",
    };

    private static readonly HashSet<string> VersionControl = new(StringComparer.OrdinalIgnoreCase)
    {
        ".git", ".hg", ".svn", ".bzr", "CVS", "_darcs", ".jj",
    };

    /// <summary>Whether the folder is a cache by its name and the name of the folder around it.</summary>
    public static bool IsCache(string name, string parent) =>
        Caches.Contains(name) || (parent == "build" && IsBuildStep(name));

    public static bool IsVersionControl(string name) => VersionControl.Contains(name);

    /// <summary>Whether another environment lies there.</summary>
    public static bool IsEnvironment(string folder) =>
        File.Exists(Path.Join(folder, "pyvenv.cfg")) || Directory.Exists(Path.Join(folder, "conda-meta"));

    /// <summary>What setuptools leaves in <c>build</c>: <c>lib</c>, <c>lib.linux-x86_64-cpython-311</c>, <c>temp...</c>, <c>bdist...</c>.</summary>
    private static bool IsBuildStep(string name) =>
        name == "lib" || name.StartsWith("lib.", StringComparison.Ordinal)
        || name.StartsWith("temp.", StringComparison.Ordinal) || name.StartsWith("bdist.", StringComparison.Ordinal);
}
