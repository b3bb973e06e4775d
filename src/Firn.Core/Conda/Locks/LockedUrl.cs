using Firn.Common;
using Firn.Python.Pip;

namespace Firn.Conda.Locks;

/// <summary>A URL as it is fetched, and as it is shown and kept.</summary>
/// <param name="Value">With variables resolved and credentials in place.</param>
/// <param name="Safe">Without credentials, and with the names of variables in place of their values.</param>
internal sealed record LockedUrl(string Value, string Safe)
{
    /// <summary>Longer than any that a server takes.</summary>
    private const int Longest = 8192;

    /// <summary>
    /// Reads the URL of a lock: <c>https</c>, <c>http</c> or <c>file</c>. Variables are replaced as Python's
    /// <c>os.path.expandvars</c> does it (CEP 23), but one that is not set is an error.
    /// </summary>
    public static LockedUrl? Parse(string text, Surroundings surroundings, out string? reason)
    {
        if (ExpandedVariables.Of(text, surroundings, out reason) is not { } value || IsUnsafe(value, out reason))
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
            reason = "it is no URL";
            return null;
        }

        return new LockedUrl(value, SafeText(value, text));
    }

    /// <summary>The URL of an absolute path.</summary>
    public static LockedUrl OfPath(string path)
    {
        var url = FileUrl.FromPath(path.Replace('\\', '/') is var plain && plain.StartsWith('/') ? plain : "/" + plain);
        return new LockedUrl(url, url);
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

    private static LockedUrl? OfFile(string value, string written, out string? reason)
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
        reason = value.Length > Longest ? "it is too long" : null;
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
