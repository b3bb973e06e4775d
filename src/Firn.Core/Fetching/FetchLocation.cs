using Firn.Common;

namespace Firn.Fetching;

/// <summary>Where a file lies: a local path, or an address with the credentials that were written into it.</summary>
internal sealed record FetchLocation
{
    private FetchLocation()
    {
    }

    /// <summary>The absolute local path; <see langword="null"/> for an address.</summary>
    public string? LocalPath { get; private init; }

    /// <summary>http or https, without credentials and fragment; <see langword="null"/> for a local path.</summary>
    public Uri? Address { get; private init; }

    /// <summary><c>user:password</c> as it stood in the URL, percent-encoded.</summary>
    public string? UserInfo { get; private init; }

    /// <summary>The URL or path for messages, without credentials.</summary>
    public required string Display { get; init; }

    public override string ToString() => Display;

    /// <summary>Reads what a lock or a user calls a file's place.</summary>
    /// <param name="text">A URL or a local path.</param>
    /// <param name="currentDirectory">What relative paths are relative to.</param>
    /// <exception cref="FirnException">Nothing can be fetched from there.</exception>
    public static FetchLocation Parse(string text, string currentDirectory)
    {
        if (text.Length == 0 || text.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
        {
            throw Unreadable("a URL", "it is empty or has control characters");
        }

        var scheme = SchemeOf(text);
        return scheme switch
        {
            "http" or "https" => ParseAddress(text, scheme),
            "file" => ParseFileUrl(text),
            null => OfPath(text, currentDirectory),
            _ => throw new FirnException(
                $"cannot fetch from {scheme}: URLs", "Firn fetches from http, https and file URLs and from local paths"),
        };
    }

    /// <summary>A place in the local file system.</summary>
    public static FetchLocation OfPath(string path, string currentDirectory)
    {
        var full = Path.GetFullPath(path, currentDirectory);
        return new FetchLocation { LocalPath = full, Display = full };
    }

    /// <summary>The scheme in lower case; <see langword="null"/> for a path, which may hold a colon.</summary>
    private static string? SchemeOf(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !char.IsAsciiLetter(text[0]))
        {
            return null;
        }

        foreach (var c in text.AsSpan(0, colon))
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return null;
            }
        }

        // pip takes file:PATH too (utils/urls.py), and C:\ is a drive.
        var scheme = text[..colon].ToLowerInvariant();
        return scheme == "file" || text.AsSpan(colon).StartsWith("://") ? scheme : null;
    }

    private static FetchLocation ParseAddress(string text, string scheme)
    {
        var start = scheme.Length + 3;
        var end = text.AsSpan(start).IndexOfAny('/', '?', '#');
        end = end < 0 ? text.Length : start + end;
        var at = text.AsSpan(start, end - start).LastIndexOf('@');
        var userInfo = at < 0 ? null : text.Substring(start, at);
        var rest = at < 0 ? text.AsSpan(start) : text.AsSpan(start + at + 1);
        var fragment = rest.IndexOf('#');
        rest = fragment < 0 ? rest : rest[..fragment];
        if (rest[..Math.Max(0, end - start - at - 1)].Contains('\\')
            || !Uri.TryCreate($"{scheme}://{rest}", UriKind.Absolute, out var address)
            || address.Host.Length == 0
            || address.UserInfo.Length > 0)
        {
            // What it holds is not shown: where the end of a password is not known, it cannot be taken out.
            throw Unreadable($"an {scheme} URL", "its host or port is none");
        }

        return new FetchLocation
        {
            Address = address,
            UserInfo = string.IsNullOrEmpty(userInfo) ? null : userInfo,
            Display = Credentials.Remove(address.AbsoluteUri),
        };
    }

    /// <summary>RFC 8089, and pip's url_to_path (utils/urls.py): a host is refused unless it is this one.</summary>
    private static FetchLocation ParseFileUrl(string text)
    {
        var rest = text.AsSpan("file:".Length);
        if (rest.StartsWith("//"))
        {
            rest = rest[2..];
            var slash = rest.IndexOf('/');
            var host = slash < 0 ? rest : rest[..slash];
            if (host.Length > 0 && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            {
                throw Unreadable("a file URL", "it names another host; write file:///PATH");
            }

            rest = slash < 0 ? [] : rest[slash..];
        }

        var end = rest.IndexOfAny('#', '?');
        var path = Uri.UnescapeDataString((end < 0 ? rest : rest[..end]).ToString());
        if (OperatingSystem.IsWindows() && path.Length > 2 && path[0] == '/' && path[2] is ':' or '|')
        {
            path = $"{path[1]}:{path[3..]}";
        }

        if (!Path.IsPathFullyQualified(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw Unreadable("a file URL", "its path is not absolute");
        }

        return OfPath(path, "/");
    }

    private static FirnException Unreadable(string what, string why) =>
        new($"cannot fetch from {what}: {why}", "check how the lock or the command spells it");
}
