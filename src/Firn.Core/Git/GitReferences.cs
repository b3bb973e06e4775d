using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Git;

/// <summary>Follows references in the layout of loose files and <c>packed-refs</c> (git: refs/files-backend.c).</summary>
internal sealed class GitReferences(string gitDirectory, string commonDirectory, List<Problem> problems)
{
    /// <summary>git: SYMREF_MAXDEPTH.</summary>
    private const int MaxLinks = 5;
    private const int MaxReferenceBytes = 64 * 1024;
    private const int MaxPackedBytes = 64 * 1024 * 1024;
    private const string Symbolic = "ref:";

    /// <summary>Follows HEAD to its end.</summary>
    public GitHead ResolveHead()
    {
        var name = "HEAD";
        for (var i = 0; i <= MaxLinks; i++)
        {
            var text = Read(name);
            if (text is null)
            {
                return i == 0 ? new GitHead(name, null, IsBroken: true) : Packed(name);
            }

            var target = Target(text);
            if (target is null)
            {
                return ObjectId(text) is { } id ? new GitHead(name, id) : Fail(name, "the git reference is broken");
            }

            if (!IsSafeName(target))
            {
                return Fail(name, "the git reference points to no reference");
            }

            name = target;
        }

        return Fail("HEAD", "the git reference goes in circles");
    }

    /// <summary>Whether references are kept as a reftable, which is not read.</summary>
    public bool IsReftable() => Directory.Exists(Path.Join(commonDirectory, "reftable"));

    /// <summary>Whether the text starts with the hexadecimal digits of a SHA-1 or SHA-256 id, and which.</summary>
    public static string? ObjectId(string text)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiHexDigit(text[digits]))
        {
            digits++;
        }

        var ended = digits == text.Length || char.IsWhiteSpace(text[digits]);
        return ended && (digits is 40 or 64) ? text[..digits].ToLowerInvariant() : null;
    }

    private string? Read(string name)
    {
        var path = Path.Join(IsOfWorkTree(name) ? gitDirectory : commonDirectory, name);
        // Before 2005 HEAD was a symbolic link; git still reads one whose text names a reference.
        if (RealPath.LinkTarget(path) is { } link && link.StartsWith("refs/", StringComparison.Ordinal))
        {
            return Symbolic + link;
        }

        var content = BoundedFile.Read(path, MaxReferenceBytes);
        return content.IsComplete ? Encoding.UTF8.GetString(content.Bytes) : null;
    }

    /// <summary>git: refs.c, <c>is_per_worktree_ref</c>.</summary>
    private static bool IsOfWorkTree(string name) =>
        !name.StartsWith("refs/", StringComparison.Ordinal)
        || name.StartsWith("refs/worktree/", StringComparison.Ordinal)
        || name.StartsWith("refs/bisect/", StringComparison.Ordinal)
        || name.StartsWith("refs/rewritten/", StringComparison.Ordinal);

    private static string? Target(string text) =>
        text.StartsWith(Symbolic, StringComparison.Ordinal) ? text[Symbolic.Length..].Trim(' ', '\t', '\r', '\n') : null;

    /// <summary>Keeps a name from leading out of the repository.</summary>
    private static bool IsSafeName(string name) =>
        name.StartsWith("refs/", StringComparison.Ordinal)
        && !name.Contains("..", StringComparison.Ordinal)
        && !name.Contains('\\', StringComparison.Ordinal)
        && !name.Contains('\0', StringComparison.Ordinal);

    private GitHead Packed(string name)
    {
        var path = Path.Join(commonDirectory, "packed-refs");
        var content = BoundedFile.Read(path, MaxPackedBytes);
        if (content.Status is not (FileReadStatus.Read or FileReadStatus.Missing))
        {
            problems.Add(new Problem("git-reference-unread", path, $"the list of git references is {content.Reason}"));
            return new GitHead(name, null, IsBroken: true);
        }

        return new GitHead(name, FindPacked(content.Bytes, name));
    }

    /// <summary>Lines of <c>ID NAME</c>; lines with <c>#</c> and <c>^</c> say other things.</summary>
    internal static string? FindPacked(ReadOnlySpan<byte> bytes, string name)
    {
        var wanted = Encoding.UTF8.GetBytes(name);
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (line.Length <= wanted.Length || !line.EndsWith(wanted))
            {
                continue;
            }

            var id = line[..^wanted.Length];
            if (id[^1] == ' ' && ObjectId(Encoding.ASCII.GetString(id)) is { } found && found.Length == id.Length - 1)
            {
                return found;
            }
        }

        return null;
    }

    private GitHead Fail(string name, string message)
    {
        problems.Add(new Problem("git-reference-broken", Path.Join(gitDirectory, name), message));
        return new GitHead(name, null, IsBroken: true);
    }
}

/// <summary>Where HEAD leads.</summary>
/// <param name="Name">The last reference, for example <c>refs/heads/main</c>; <c>HEAD</c> itself if detached.</param>
/// <param name="Commit">The object id; <see langword="null"/> before the first commit, or where it is broken.</param>
/// <param name="IsBroken">Whether there may be a commit that could not be read.</param>
internal sealed record GitHead(string Name, string? Commit, bool IsBroken = false);
