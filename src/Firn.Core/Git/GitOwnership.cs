using System.Globalization;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Git;

/// <summary>git's rule on repositories of other users (git: setup.c, <c>ensure_valid_ownership</c>).</summary>
internal sealed class GitOwnership(GitLocation location, Surroundings surroundings)
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
        var config = new GitConfigReader(surroundings, null, []).Read();
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
            value = surroundings.HomeDirectory + value[1..];
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
            surroundings.Variable("SUDO_UID"), NumberStyles.None, CultureInfo.InvariantCulture, out var behind)
            && stat.User == behind;
    }
}
