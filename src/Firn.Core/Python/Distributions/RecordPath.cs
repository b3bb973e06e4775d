using System.Text;

namespace Firn.Python.Distributions;

/// <summary>Understands the paths of RECORD without touching the disk.</summary>
internal static class RecordPath
{
    public const string Scripts = "$scripts/";
    public const string Headers = "$headers/";
    public const string Data = "$data/";

    /// <summary>Whether the path lies in site-packages and is written plainly: not absolute, no dot segment, no empty one.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> path)
    {
        if (path[0] is (byte)'/' or (byte)'.' or (byte)'\\' || (path.Length > 1 && path[1] == (byte)':'))
        {
            // A first segment such as `.libs` is plain too.
            if (path[0] != (byte)'.' || path.Length < 2 || path[1] is (byte)'/' or (byte)'.' or (byte)'\\')
            {
                return false;
            }
        }

        return path.IndexOf("/."u8) < 0 || !HasDotSegment(path);
    }

    /// <summary>Maps a path that is not plain; <see langword="null"/> if it leads out of the installation root.</summary>
    public static MappedPath? Map(ReadOnlySpan<byte> path, string sitePackages, InstallationRoot root)
    {
        var text = Encoding.UTF8.GetString(path).Replace('\\', '/');
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var full = Path.GetFullPath(Path.Join(
            IsAbsolute(text) ? string.Empty : sitePackages, text));
        var below = Below(full, sitePackages);
        if (below is not null)
        {
            return new MappedPath(below, full, IsInSitePackages: true);
        }

        below = Below(full, root.Path);
        return below is null ? null : new MappedPath(Key(below), full, IsInSitePackages: false);
    }

    private static bool IsAbsolute(string path) =>
        path.StartsWith('/') || (path.Length > 1 && path[1] == ':');

    private static bool HasDotSegment(ReadOnlySpan<byte> path)
    {
        while (!path.IsEmpty)
        {
            var end = path.IndexOf((byte)'/');
            var segment = end < 0 ? path : path[..end];
            if (segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8))
            {
                return true;
            }

            path = end < 0 ? default : path[(end + 1)..];
        }

        return false;
    }

    private static string? Below(string full, string folder) =>
        full.Length > folder.Length + 1
        && full.StartsWith(folder, StringComparison.Ordinal)
        && full[folder.Length] is '/' or '\\'
            ? full[(folder.Length + 1)..].Replace('\\', '/')
            : null;

    /// <summary>
    /// The scheme's own name for a file below the root. Headers go to <c>include/site/pythonX.Y</c> in a virtual
    /// environment and to <c>include/pythonX.Y</c> elsewhere (pip: locations/_sysconfig.py get_scheme).
    /// </summary>
    public static string Key(string below)
    {
        if (below.StartsWith("bin/", StringComparison.Ordinal))
        {
            return Scripts + below[4..];
        }

        if (below.StartsWith("Scripts/", StringComparison.Ordinal))
        {
            return Scripts + below[8..];
        }

        if (below.StartsWith("include/", StringComparison.OrdinalIgnoreCase))
        {
            var rest = below.AsSpan(8);
            rest = rest.StartsWith("site/", StringComparison.Ordinal) ? rest[5..] : rest;
            var slash = rest.IndexOf('/');
            if (rest.StartsWith("python", StringComparison.Ordinal) && slash > 0)
            {
                return string.Concat(Headers, rest[(slash + 1)..]);
            }
        }

        return Data + below;
    }
}
