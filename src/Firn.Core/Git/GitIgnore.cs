using Firn.Common;
using Firn.Common.Files;

namespace Firn.Git;

/// <summary>Which untracked files git ignores: <c>.gitignore</c> in each folder, <c>info/exclude</c>, and the user's own file.</summary>
internal sealed class GitIgnore
{
    private const int MostBytes = 4 * 1024 * 1024;
    private readonly string _workTree;
    private readonly bool _ignoresCase;
    private readonly GitIgnoreFile[] _last;
    private readonly Dictionary<string, GitIgnoreFile> _folders = new(StringComparer.Ordinal);

    public GitIgnore(GitRepository repository, Surroundings surroundings)
    {
        _workTree = repository.WorkTree;
        _ignoresCase = repository.Config.GetBoolean("core.ignorecase", whenUnset: false);
        var home = surroundings.HomeDirectory;
        var folder = surroundings.Variable("XDG_CONFIG_HOME") ?? Path.Join(home, ".config");
        var own = repository.Config.Get("core.excludesfile") ?? Path.Join(folder, "git", "ignore");
        own = own.StartsWith("~/", StringComparison.Ordinal) ? home + own[1..] : own;
        _last = [Load(Path.Join(repository.CommonDirectory, "info", "exclude"), string.Empty), Load(own, string.Empty)];
    }

    /// <summary>Whether git ignores an untracked path none of whose folders it ignores.</summary>
    /// <param name="path">Relative to the work tree.</param>
    /// <param name="isDirectory">Whether it is a folder.</param>
    public bool IsIgnored(string path, bool isDirectory)
    {
        for (var end = path.LastIndexOf('/'); ; end = path.LastIndexOf('/', end - 1))
        {
            var file = Folder(path[..(end + 1)]);
            if (file.IsIgnored(path, isDirectory, _ignoresCase) is { } decided)
            {
                return decided;
            }

            if (end <= 0)
            {
                break;
            }
        }

        foreach (var file in _last)
        {
            if (file.IsIgnored(path, isDirectory, _ignoresCase) is { } decided)
            {
                return decided;
            }
        }

        return false;
    }

    private GitIgnoreFile Folder(string folder)
    {
        if (!_folders.TryGetValue(folder, out var file))
        {
            var path = Path.Join(_workTree, folder, ".gitignore");
            // Git does not follow a link here, since one could lead anywhere.
            var isFile = FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile;
            file = isFile ? Load(path, folder) : new GitIgnoreFile(string.Empty, folder);
            _folders.Add(folder, file);
        }

        return file;
    }

    private static GitIgnoreFile Load(string path, string folder) =>
        new(BoundedFile.ReadText(path, MostBytes) ?? string.Empty, folder);
}
