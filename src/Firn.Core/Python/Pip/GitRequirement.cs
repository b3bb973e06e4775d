using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Git;

namespace Firn.Python.Pip;

/// <summary>Requirements that name a commit of a git repository (pip: vcs/git.py, vcs/versioncontrol.py).</summary>
internal static class GitRequirement
{
    /// <summary>The URL of <c>origin</c>, else of the first remote: what stands behind the first blank, up to the second.</summary>
    /// <param name="lines">The lines of <c>git config --get-regexp remote\..*\.url</c>; at least one.</param>
    public static string ChooseRemote(ImmutableArray<string> lines)
    {
        var line = lines[0];
        foreach (var other in lines)
        {
            if (other.StartsWith("remote.origin.url ", StringComparison.Ordinal))
            {
                line = other;
                break;
            }
        }

        var parts = line.Split(' ', 3);
        return parts.Length > 1 ? PythonText.Strip(parts[1]).ToString() : string.Empty;
    }

    /// <summary>
    /// The remote as a URL for pip: a URL as it is, a path as a file URL, <c>user@host:path</c> as
    /// <c>ssh://user@host/path</c>; else <see langword="null"/> (pip: _git_remote_to_pip_url).
    /// </summary>
    public static string? TranslateRemote(string remote)
    {
        var word = WordLength(remote);
        if (word > 0 && remote.AsSpan(word).StartsWith("://"))
        {
            return remote;
        }

        if (Path.IsPathRooted(remote) && Path.Exists(remote))
        {
            return FileUrl.FromPath(remote);
        }

        return TranslateScp(remote);
    }

    /// <summary>pip: make_vcs_requirement_url.</summary>
    public static string Format(string url, string commit, string name, string? subdirectory)
    {
        var egg = name.Replace('-', '_');
        var requirement = $"git+{url}@{commit}#egg={egg}";
        return subdirectory is null ? requirement : $"{requirement}&subdirectory={subdirectory}";
    }

    /// <summary>
    /// The project's folder as seen from the repository's; <see langword="null"/> where it is the same. What pip takes
    /// for the repository's folder is the one above the git directory, which for a linked work tree or a submodule is
    /// another one: <c>subdirectory=../../../work</c> is printed then.
    /// </summary>
    public static string? Subdirectory(string location, GitRepository repository, bool knowsPyProject)
    {
        var isTopLevel = repository.GitDirectory == Path.Join(repository.WorkTree, ".git")
            && RealPath.Of(location) == repository.WorkTree;
        var root = isTopLevel ? location : Path.GetDirectoryName(repository.GitDirectory) ?? "/";
        return ProjectFolder(location, knowsPyProject) is { } folder && RealPath.Of(folder) != RealPath.Of(root)
            ? PythonPath.Relative(folder, root)
            : null;
    }

    /// <summary>
    /// The folder of the project that a folder of code belongs to: it or the next above with a <c>setup.py</c> or a
    /// <c>pyproject.toml</c> (pip: vcs/versioncontrol.py find_path_to_project_root_from_repo_root).
    /// </summary>
    public static string? ProjectFolder(string location, bool knowsPyProject = true)
    {
        for (var folder = location; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if ((knowsPyProject && File.Exists(Path.Join(folder, "pyproject.toml"))) || File.Exists(Path.Join(folder, "setup.py")))
            {
                return folder;
            }
        }

        return null;
    }

    /// <summary><c>^(\w+@)?([^/:]+):(\w[^:]*)$</c>.</summary>
    private static string? TranslateScp(string remote)
    {
        var colon = remote.IndexOf(':', StringComparison.Ordinal);
        var isScp = colon > 0
            && colon + 1 < remote.Length
            && IsWord(remote[colon + 1])
            && !remote.AsSpan(colon + 1).Contains(':')
            && !remote.AsSpan(0, colon).Contains('/');
        return isScp ? string.Concat("ssh://", remote.AsSpan(0, colon), "/", remote.AsSpan(colon + 1)) : null;
    }

    private static int WordLength(string text)
    {
        var length = 0;
        while (length < text.Length && IsWord(text[length]))
        {
            length++;
        }

        return length;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
