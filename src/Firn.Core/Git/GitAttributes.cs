using Firn.Common;
using Firn.Common.Files;

namespace Firn.Git;

/// <summary>
/// The attributes of files that decide how their contents become blobs (gitattributes(5)). Asked only about the few
/// files whose times differ from the index.
/// </summary>
internal sealed class GitAttributes
{
    private const int MostBytes = 1024 * 1024;

    private readonly GitWorkTree _workTree;
    private readonly bool _ignoresCase;
    private readonly List<GitAttributeFile> _before = [];
    private readonly GitAttributeFile _last;
    private readonly Dictionary<string, GitAttributeFile> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string?>> _macros = new(StringComparer.Ordinal)
    {
        ["binary"] = new(StringComparer.Ordinal) { ["text"] = GitAttributeFile.Unset },
    };

    public GitAttributes(GitRepository repository, GitWorkTree workTree, Surroundings surroundings)
    {
        _workTree = workTree;
        _ignoresCase = repository.Config.GetBoolean("core.ignorecase", whenUnset: false);
        var home = surroundings.HomeDirectory;
        var folder = surroundings.Variable("XDG_CONFIG_HOME") ?? Path.Join(home, ".config");
        var own = repository.Config.Get("core.attributesfile") ?? Path.Join(folder, "git", "attributes");
        own = own.StartsWith("~/", StringComparison.Ordinal) ? home + own[1..] : own;
        if (GitConfig.Boolean(surroundings.Variable("GIT_ATTR_NOSYSTEM") ?? "false") != true)
        {
            _before.Add(Load(surroundings.SystemPath("/etc/gitattributes"), string.Empty));
        }

        _before.Add(Load(own, string.Empty));
        _last = Load(Path.Join(repository.CommonDirectory, "info", "attributes"), string.Empty);
    }

    /// <summary>The attributes of a file, by name; a missing one is unspecified.</summary>
    /// <param name="path">The path relative to the work tree, every folder of which is really one.</param>
    public Dictionary<string, string?> Of(string path)
    {
        var found = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var file in _before)
        {
            file.Apply(path, _ignoresCase, found);
        }

        for (var end = 0; end >= 0; end = path.IndexOf('/', end + 1))
        {
            Folder(end == 0 ? string.Empty : path[..(end + 1)]).Apply(path, _ignoresCase, found);
        }

        _last.Apply(path, _ignoresCase, found);
        return found;
    }

    private GitAttributeFile Folder(string folder)
    {
        if (!_folders.TryGetValue(folder, out var file))
        {
            var path = _workTree.Absolute(folder + ".gitattributes");
            // Git does not follow a link here, since one could lead anywhere.
            file = FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile
                ? Load(path, folder)
                : new GitAttributeFile(string.Empty, folder, _macros);
            _folders.Add(folder, file);
        }

        return file;
    }

    private GitAttributeFile Load(string path, string folder) =>
        new(BoundedFile.ReadText(path, MostBytes) ?? string.Empty, folder, _macros);
}
