using Firn.Common;
using Firn.Common.Files;

namespace Firn.Git;

/// <summary>Which untracked files git ignores: <c>.gitignore</c> in each folder, <c>info/exclude</c>, and the user's own file.</summary>
internal sealed class GitIgnore
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private readonly string _workTree;
    private readonly bool _ignoresCase;
    private readonly GitIgnoreFile[] _last;
    private readonly Dictionary<string, GitIgnoreFile> _folders = new(StringComparer.Ordinal);

    public GitIgnore(GitRepository repository, SystemContext systemContext)
    {
        _workTree = repository.WorkTree;
        _ignoresCase = repository.Config.GetBoolean("core.ignorecase", whenUnset: false);
        var home = systemContext.HomeDirectory;
        var folder = systemContext.Variable("XDG_CONFIG_HOME") ?? Path.Join(home, ".config");
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
        new(BoundedFile.ReadText(path, MaxBytes) ?? string.Empty, folder);
}

/// <summary>The patterns of one file of ignored paths (gitignore(5); git: dir.c).</summary>
internal sealed class GitIgnoreFile
{
    private const int MaxRules = 16 * 1024;
    private readonly int _folderLength;
    private readonly List<Rule> _rules = [];

    /// <summary>Reads the lines.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="folder">The folder that its patterns are relative to: empty, or with a slash at the end.</param>
    public GitIgnoreFile(string text, string folder)
    {
        _folderLength = GitPattern.AsBytes(folder).Length;
        foreach (var raw in new TextLines(text.TrimStart('\uFEFF')))
        {
            var line = WithoutBlanksAtEnd(raw.TrimEnd('\r').ToString());
            if (line.Length > 0 && line[0] != '#' && _rules.Count < MaxRules)
            {
                Add(line);
            }
        }
    }

    /// <summary>Whether the path is ignored, <see langword="null"/> where no pattern matches: the last that matches decides.</summary>
    /// <param name="path">Relative to the work tree, below the file's folder.</param>
    /// <param name="isDirectory">Whether it is a folder.</param>
    /// <param name="ignoreCase"><c>core.ignorecase</c>.</param>
    public bool? IsIgnored(string path, bool isDirectory, bool ignoreCase)
    {
        if (_rules.Count == 0)
        {
            return null;
        }

        path = GitPattern.AsBytes(path);
        for (var i = _rules.Count - 1; i >= 0; i--)
        {
            var rule = _rules[i];
            if ((isDirectory || !rule.IsDirectoryOnly)
                && rule.Pattern.Matches(path, _folderLength, ignoreCase))
            {
                return !rule.IsNegated;
            }
        }

        return null;
    }

    private void Add(string line)
    {
        var isNegated = line[0] == '!';
        var pattern = isNegated ? line[1..] : line;
        var isDirectoryOnly = pattern.EndsWith('/');
        pattern = isDirectoryOnly ? pattern[..^1] : pattern;
        if (pattern.Length > 0)
        {
            _rules.Add(new Rule(new GitPattern(pattern), isDirectoryOnly, isNegated));
        }
    }

    /// <summary>Blanks at the end do not count, but one behind a backslash does.</summary>
    private static string WithoutBlanksAtEnd(string line)
    {
        var end = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                i++;
                end = i + 1;
            }
            else if (line[i] != ' ')
            {
                end = i + 1;
            }
        }

        return line[..end];
    }

    private sealed record Rule(GitPattern Pattern, bool IsDirectoryOnly, bool IsNegated);
}
