using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Git.Configuration;

namespace Firn.Git;

/// <summary>
/// Finds the repository that a folder belongs to (git: setup.c, <c>setup_git_directory_gently_1</c> and
/// <c>is_git_directory</c>; gitrepository-layout(5)).
/// </summary>
internal sealed class GitRepositoryFinder(SystemContext systemContext)
{
    private const int MaxPointerBytes = 64 * 1024;

    /// <summary>The folders of the repository; <see langword="null"/> where git finds none.</summary>
    public GitLocation? Find(string directory)
    {
        var start = RealPath.Of(directory);
        var ceilings = Ceilings();
        var crosses = GitConfig.Boolean(systemContext.Variable("GIT_DISCOVERY_ACROSS_FILESYSTEM") ?? "false") == true;
        var hasDevice = FileStatReader.TryRead(start, out var first);
        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var isAbove = folder.Length != start.Length;
            if (isAbove && (ceilings.Contains(folder) || (!crosses && hasDevice && IsElsewhere(folder, first))))
            {
                return null;
            }

            var found = At(folder);
            if (found is not null)
            {
                return found;
            }

            // Git stops at a broken pointer, and at a bare repository, which has no work tree.
            if (IsPointer(Path.Join(folder, ".git")) || CommonOf(folder) is not null)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The repository whose work tree is exactly this folder, absolute and clean.</summary>
    public static GitLocation? At(string folder)
    {
        var path = Path.Join(folder, ".git");
        if (Directory.Exists(path))
        {
            return CommonOf(path) is { } common ? new GitLocation(folder, path, common, null) : null;
        }

        var content = BoundedFile.Read(path, MaxPointerBytes);
        if (!content.IsComplete || !content.Bytes.StartsWith("gitdir: "u8))
        {
            return null;
        }

        var target = Encoding.UTF8.GetString(content.Bytes[8..]).TrimEnd('\r', '\n');
        if (target.Length == 0 || target.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        target = RealPath.Of(Path.IsPathRooted(target) ? target : Path.Join(folder, target));
        return CommonOf(target) is { } shared ? new GitLocation(folder, target, shared, path) : null;
    }

    /// <summary>The common folder if this is a repository's folder: a valid HEAD, objects and refs.</summary>
    private static string? CommonOf(string folder)
    {
        if (!IsHead(Path.Join(folder, "HEAD")))
        {
            return null;
        }

        var common = folder;
        if (BoundedFile.ReadText(Path.Join(folder, "commondir"), MaxPointerBytes) is { } text)
        {
            text = text.TrimEnd('\r', '\n');
            if (text.Length == 0 || text.Contains('\0', StringComparison.Ordinal))
            {
                return null;
            }

            common = RealPath.Of(Path.IsPathRooted(text) ? text : Path.Join(folder, text));
        }

        return Directory.Exists(Path.Join(common, "objects")) && Directory.Exists(Path.Join(common, "refs"))
            ? common
            : null;
    }

    /// <summary>git: setup.c, <c>validate_headref</c>.</summary>
    private static bool IsHead(string path)
    {
        if (RealPath.LinkTarget(path) is { } link)
        {
            return link.StartsWith("refs/", StringComparison.Ordinal);
        }

        var text = BoundedFile.ReadText(path, MaxPointerBytes);
        if (text is null)
        {
            return false;
        }

        return text.StartsWith("ref:", StringComparison.Ordinal)
            ? text.AsSpan(4).TrimStart(" \t\r\n").StartsWith("refs/")
            : GitReferences.ObjectId(text) is not null;
    }

    private static bool IsPointer(string path) =>
        FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile;

    private static bool IsElsewhere(string folder, FileStat first) =>
        FileStatReader.TryRead(folder, out var stat) && stat.Device != first.Device;

    /// <summary>git(1): absolute paths; after an empty one links are not followed.</summary>
    private HashSet<string> Ceilings()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var follow = true;
        foreach (var part in (systemContext.Variable("GIT_CEILING_DIRECTORIES") ?? string.Empty).Split(Path.PathSeparator))
        {
            if (part.Length == 0)
            {
                follow = false;
            }
            else if (Path.IsPathRooted(part))
            {
                found.Add(Path.TrimEndingDirectorySeparator(follow ? RealPath.Of(part) : Path.GetFullPath(part)));
            }
        }

        return found;
    }
}

/// <summary>Where a repository lies; absolute paths.</summary>
/// <param name="WorkTree">The folder of the checked out files, links followed.</param>
/// <param name="GitDirectory">What git keeps for this work tree.</param>
/// <param name="CommonDirectory">What it keeps for all work trees of the repository.</param>
/// <param name="PointerFile">The file <c>.git</c>, where it is one.</param>
internal sealed record GitLocation(
    string WorkTree, string GitDirectory, string CommonDirectory, string? PointerFile);

/// <summary>git's rule on repositories of other users (git: setup.c, <c>ensure_valid_ownership</c>).</summary>
internal sealed class GitOwnership(GitLocation location, SystemContext systemContext)
{
    /// <summary>Whether git refuses the repository.</summary>
    public bool IsRefused()
    {
        if (FileStatReader.EffectiveUser() is not { } user
            || (IsOwn(location.PointerFile, user) && IsOwn(location.WorkTree, user) && IsOwn(location.GitDirectory, user)))
        {
            return false;
        }

        // The repository's own configuration may not declare it safe.
        var config = new GitConfigReader(systemContext, null, []).Read();
        var isSafe = false;
        foreach (var entry in config.Entries)
        {
            if (entry.Key == "safe.directory")
            {
                isSafe = entry.Value is { Length: > 0 } value && (isSafe || IsNamed(value));
            }
        }

        return !isSafe;
    }

    private bool IsNamed(string value)
    {
        if (value == "*")
        {
            return true;
        }

        if (value.StartsWith("~/", StringComparison.Ordinal))
        {
            value = systemContext.HomeDirectory + value[1..];
        }

        if (value.EndsWith("/*", StringComparison.Ordinal))
        {
            return RealPath.IsWithin(location.WorkTree, value[..^2]) && location.WorkTree.Length > value.Length - 2;
        }

        return string.Equals(Path.TrimEndingDirectorySeparator(value), location.WorkTree, StringComparison.Ordinal)
            || (Path.IsPathRooted(value) && RealPath.Of(value) == location.WorkTree);
    }

    /// <summary>git: compat/…, <c>is_path_owned_by_current_uid</c>: root may also use what the user behind sudo owns.</summary>
    private bool IsOwn(string? path, uint user)
    {
        if (path is null)
        {
            return true;
        }

        if (!FileStatReader.TryRead(path, out var stat))
        {
            return false;
        }

        if (user != 0 || stat.User == 0)
        {
            return stat.User == user;
        }

        return uint.TryParse(
            systemContext.Variable("SUDO_UID"), NumberStyles.None, CultureInfo.InvariantCulture, out var behind)
            && stat.User == behind;
    }
}
