using System.Text;
using Firn.Common.Native;

namespace Firn.Common.Files;

/// <summary>Paths with their links followed, as <c>os.path.realpath</c> gives them.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>PATH_MAX of Linux, with the NUL.</summary>
    private const int MaxPathLength = 4096;

    /// <summary>
    /// The absolute path with every symbolic link on the way followed. Parts that do not exist are kept; a loop of
    /// links ends where it was found.
    /// </summary>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var root = Path.GetPathRoot(full) ?? "/";
        var pending = new Stack<string>();
        Push(pending, full[root.Length..]);
        var resolved = root;
        var links = 0;
        while (pending.Count > 0)
        {
            var part = pending.Pop();
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? root;
                continue;
            }

            var next = Path.Join(resolved, part);
            var target = links < MaxLinks ? LinkTarget(next) : null;
            if (target is null)
            {
                resolved = next;
                continue;
            }

            links++;
            if (Path.IsPathRooted(target))
            {
                resolved = root;
                target = target[(Path.GetPathRoot(target)?.Length ?? 0)..];
            }

            Push(pending, target);
        }

        return resolved;
    }

    /// <summary>
    /// Where the link leads, as it is written; <see langword="null"/> if it is not a link, or cannot be read. On Linux by the
    /// one call that it takes, since a capture asks hundreds of times.
    /// </summary>
    public static unsafe string? LinkTarget(string path)
    {
        if (!OperatingSystem.IsLinux() || Encoding.UTF8.GetMaxByteCount(path.Length) >= MaxPathLength
            || path.Contains('\0', StringComparison.Ordinal))
        {
            return LinkTargetPortably(path);
        }

        var name = stackalloc byte[MaxPathLength];
        name[Encoding.UTF8.GetBytes(path, new Span<byte>(name, MaxPathLength - 1))] = 0;
        var target = stackalloc byte[MaxPathLength];
        var length = FileNames.ReadLink(name, target, MaxPathLength);
        return length > 0 ? Encoding.UTF8.GetString(target, (int)length) : null;
    }

    /// <summary>Whether <paramref name="path"/> is <paramref name="folder"/> or lies below it; both absolute and clean.</summary>
    public static bool IsWithin(string path, string folder)
    {
        var prefix = folder.TrimEnd(Path.DirectorySeparatorChar);
        return path.StartsWith(prefix, StringComparison.Ordinal)
            && (path.Length == prefix.Length || path[prefix.Length] == Path.DirectorySeparatorChar);
    }

    private static string? LinkTargetPortably(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Push(Stack<string> pending, string relative)
    {
        var parts = relative.Split(
            [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            if (parts[i] != ".")
            {
                pending.Push(parts[i]);
            }
        }
    }
}
