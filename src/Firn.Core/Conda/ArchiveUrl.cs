using Firn.Common;

namespace Firn.Conda;

/// <summary>A URL as it is fetched, and as it is shown and kept.</summary>
/// <param name="Value">With variables resolved and credentials in place.</param>
/// <param name="Safe">Without credentials, and with the names of variables in place of their values.</param>
internal sealed record ArchiveUrl(string Value, string Safe)
{
    /// <summary>Longer than any that a server takes.</summary>
    private const int MaxLength = 8192;

    /// <summary>
    /// Reads the URL of a lock: <c>https</c>, <c>http</c> or <c>file</c>. Variables are replaced as Python's
    /// <c>os.path.expandvars</c> does it (CEP 23), but one that is not set is an error.
    /// </summary>
    public static ArchiveUrl? Parse(string text, SystemContext systemContext, out string? reason)
    {
        if (ExpandedVariables.Of(text, systemContext, out reason) is not { } value || IsUnsafe(value, out reason))
        {
            return null;
        }

        if (value.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return OfFile(value, text, out reason);
        }

        if (!value.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            && !value.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            reason = "only https, http and file URLs are fetched";
            return null;
        }

        if (!Uri.TryCreate(value, UriKind.Absolute, out var parsed) || parsed.Host.Length == 0)
        {
            reason = "it is not a URL";
            return null;
        }

        return new ArchiveUrl(value, SafeText(value, text));
    }

    /// <summary>The URL of an absolute path.</summary>
    public static ArchiveUrl OfPath(string path)
    {
        var url = FileUrl.FromPath(path.Replace('\\', '/') is var plain && plain.StartsWith('/') ? plain : "/" + plain);
        return new ArchiveUrl(url, url);
    }

    /// <summary>
    /// Without credentials. Where variables were replaced behind the host, their names stay: a value may be a token
    /// that no rule knows by its form.
    /// </summary>
    public static string SafeText(string value, string written)
    {
        var start = CondaUrl.AuthorityStart(written);
        var isUsable = ReferenceEquals(value, written)
            || (start > 0 && CondaUrl.AuthorityEnd(written, start) < written.Length);
        return WithoutCredentials(isUsable ? written : value);
    }

    /// <summary>Whether it is one of a repository as pip has them, <c>git+https://...</c>.</summary>
    public static bool IsRepository(string url) => url.AsSpan(0, CondaUrl.AuthorityStart(url)).Contains('+');

    public static string WithoutCredentials(string url) =>
        url.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            ? url
            : Credentials.Remove(CondaUrl.AuthorityStart(url) > 0 ? CondaUrl.RemoveCredentials(url) : url);

    public override string ToString() => Safe;

    private static ArchiveUrl? OfFile(string value, string written, out string? reason)
    {
        reason = null;
        if (FileUrl.ToPath(value) is not { } path || !path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal))
        {
            reason = "a file URL names an absolute path of this machine, as in file:///folder/x.conda";
            return null;
        }

        return OfPath(path) with { Safe = ReferenceEquals(value, written) ? OfPath(path).Value : written };
    }

    private static bool IsUnsafe(string value, out string? reason)
    {
        reason = value.Length > MaxLength ? "it is too long" : null;
        foreach (var c in value)
        {
            if (c <= ' ' || c == '\u007f' || c == '\\' || char.IsSurrogate(c))
            {
                reason ??= "it holds a blank, a backslash or a control character";
            }
        }

        return reason is not null;
    }
}

/// <summary>A line of an explicit file: a URL or a path, and a digest behind <c>#</c> (CEP 23's expression).</summary>
internal static class ExplicitLine
{
    /// <param name="line">Without blanks around it.</param>
    /// <param name="systemContext">Its variables, home and current folder.</param>
    /// <param name="hash">32 or 64 digits, or <see langword="null"/> where there are none.</param>
    /// <param name="reason">Why it cannot be read.</param>
    public static ArchiveUrl? Parse(string line, SystemContext systemContext, out string? hash, out string? reason)
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
            ? ArchiveUrl.Parse(text, systemContext, out reason) ?? (text.StartsWith('$') ? OfPath(text, systemContext, out reason) : null)
            : OfPath(text, systemContext, out reason);
    }

    /// <summary>Relative to the current folder; <c>~</c> is the home (CEP 23).</summary>
    public static ArchiveUrl? OfPath(string text, SystemContext systemContext, out string? reason)
    {
        if (ExpandedVariables.Of(text, systemContext, out reason) is not { } path)
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

            path = systemContext.HomeDirectory + path[1..];
        }

        if (path.AsSpan().ContainsAnyInRange('\0', '\u001f'))
        {
            reason = "it holds a control character";
            return null;
        }

        return ArchiveUrl.OfPath(Path.GetFullPath(path, systemContext.CurrentDirectory));
    }

    private static string? HashOf(ReadOnlySpan<char> text)
    {
        text = text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text;
        return HexDigest.Sha256(text) ?? HexDigest.Md5(text);
    }
}
