using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda.Locks;

/// <summary>A package of pip in a lock of conda.</summary>
internal sealed record LockedPipPackage
{
    public required string Name { get; init; }

    /// <summary><see langword="null"/> where only the URL tells.</summary>
    public string? Version { get; init; }

    /// <summary>
    /// Where the file is, variables resolved, credentials in place; <see langword="null"/> where an index has to tell.
    /// Also <c>git+https</c> and the like, as pip has them.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>The same for records and messages.</summary>
    public string? SafeUrl { get; init; }

    public string? Sha256 { get; init; }

    public string? Md5 { get; init; }

    /// <summary>What it needs; <see langword="null"/> where the source does not say.</summary>
    public ImmutableArray<string>? Depends { get; init; }

    /// <summary>The file and line that asked for it.</summary>
    public required string Origin { get; init; }

    public override string ToString() => $"{Name} {Version} ({SafeUrl})";
}

/// <summary>
/// <c>NAME @ URL#sha256=...</c> and <c>NAME == VERSION --hash=sha256:...</c>, as conda-lock writes the packages of pip
/// (conda_lock.py <c>format_pip_requirement</c>).
/// </summary>
internal static class PipLockLine
{
    public static LockedPipPackage? Parse(string line, string origin, SystemContext systemContext, out string? reason)
    {
        reason = "it is neither NAME @ URL nor NAME == VERSION";
        var end = 0;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '.' or '_' or '-'))
        {
            end++;
        }

        var name = line[..end];
        var rest = line.AsSpan(end).TrimStart();
        if (rest.StartsWith("["))
        {
            // Extras: a lock lists what they bring in by itself.
            rest = rest.IndexOf(']') is > 0 and var close ? rest[(close + 1)..].TrimStart() : [];
        }

        if (name.Length == 0 || rest.IsEmpty)
        {
            return null;
        }

        var package = new LockedPipPackage { Name = name, Origin = origin };
        return rest[0] == '@'
            ? OfUrl(package, rest[1..].Trim().ToString(), systemContext, out reason)
            : OfVersion(package, rest, out reason);
    }

    /// <summary>The URL of a package of pip: also of a repository, which <see cref="ArchiveUrl"/> does not fetch.</summary>
    public static ArchiveUrl? Url(string text, SystemContext systemContext, out string? reason)
    {
        if (!ArchiveUrl.IsRepository(text))
        {
            return ArchiveUrl.Parse(text, systemContext, out reason);
        }

        if (ExpandedVariables.Of(text, systemContext, out reason) is not { } value)
        {
            return null;
        }

        return new ArchiveUrl(value, ArchiveUrl.SafeText(value, text));
    }

    private static LockedPipPackage? OfUrl(
        LockedPipPackage package, string text, SystemContext systemContext, out string? reason)
    {
        var hash = text.LastIndexOf('#');
        if (Url(hash < 0 ? text : text[..hash], systemContext, out reason) is not { } url)
        {
            return null;
        }

        var fragment = hash < 0 ? [] : text.AsSpan(hash + 1);
        return package with
        {
            Url = url.Value,
            SafeUrl = url.Safe,
            Sha256 = fragment.StartsWith("sha256=") ? HexDigest.Sha256(fragment["sha256=".Length..]) : null,
            Md5 = fragment.StartsWith("md5=") ? HexDigest.Md5(fragment["md5=".Length..]) : null,
        };
    }

    private static LockedPipPackage? OfVersion(LockedPipPackage package, ReadOnlySpan<char> rest, out string? reason)
    {
        reason = "the version is not exact";
        if (!rest.StartsWith("=="))
        {
            return null;
        }

        var text = rest.TrimStart('=').TrimStart();
        var blank = text.IndexOf(' ');
        var version = (blank < 0 ? text : text[..blank]).ToString();
        if (version.Length == 0 || version.Contains('*', StringComparison.Ordinal) || version.Contains(',', StringComparison.Ordinal))
        {
            return null;
        }

        const string Hash = "--hash=sha256:";
        var options = blank < 0 ? [] : text[blank..].Trim();
        return package with
        {
            Version = version,
            Sha256 = options.StartsWith(Hash) ? HexDigest.Sha256(options[Hash.Length..]) : null,
        };
    }
}
