using Firn.Common;

namespace Firn.Conda.Locks;

/// <summary>A line of an explicit file: a URL or a path, and a digest behind <c>#</c> (CEP 23's expression).</summary>
internal static class ArchiveLine
{
    /// <param name="line">Without blanks around it.</param>
    /// <param name="surroundings">Its variables, home and current folder.</param>
    /// <param name="hash">32 or 64 digits, or <see langword="null"/> where there are none.</param>
    /// <param name="reason">Why it cannot be read.</param>
    public static LockedUrl? Parse(string line, Surroundings surroundings, out string? hash, out string? reason)
    {
        hash = null;
        var text = line;
        if (line.LastIndexOf('#') is >= 0 and var at)
        {
            if (HashOf(line.AsSpan(at + 1)) is not { } found)
            {
                reason = "what stands behind # is neither 32 nor 64 hexadecimal digits";
                return null;
            }

            hash = found;
            text = line[..at];
        }

        return text.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || CondaUrl.AuthorityStart(text) > 0 || text.StartsWith('$')
            ? LockedUrl.Parse(text, surroundings, out reason) ?? (text.StartsWith('$') ? OfPath(text, surroundings, out reason) : null)
            : OfPath(text, surroundings, out reason);
    }

    /// <summary>Relative to the current folder; <c>~</c> is the home (CEP 23).</summary>
    public static LockedUrl? OfPath(string text, Surroundings surroundings, out string? reason)
    {
        if (ExpandedVariables.Of(text, surroundings, out reason) is not { } path)
        {
            return null;
        }

        if (path.StartsWith('~'))
        {
            if (path.Length > 1 && path[1] is not ('/' or '\\'))
            {
                reason = "the home of another user is not looked up";
                return null;
            }

            path = surroundings.HomeDirectory + path[1..];
        }

        if (path.AsSpan().ContainsAnyInRange('\0', '\u001f'))
        {
            reason = "it holds a control character";
            return null;
        }

        return LockedUrl.OfPath(Path.GetFullPath(path, surroundings.CurrentDirectory));
    }

    private static string? HashOf(ReadOnlySpan<char> text)
    {
        text = text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text;
        return LockHash.Sha256(text) ?? LockHash.Md5(text);
    }
}
