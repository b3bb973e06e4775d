using System.Text;
using Firn.Common;

namespace Firn.Python.Records;

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

/// <summary>A RECORD path that is not written plainly, in the form that is the same in every installation.</summary>
/// <param name="Key">For example <c>$scripts/ruff</c>, <c>$headers/greenlet/greenlet.h</c> or <c>$data/share/man/x.1</c>.</param>
/// <param name="FullPath">Where the file is in this installation.</param>
/// <param name="IsInSitePackages">Whether the key is the path below site-packages after all.</param>
internal sealed record MappedPath(string Key, string FullPath, bool IsInSitePackages)
{
    public bool IsScript => Key.StartsWith(RecordPath.Scripts, StringComparison.Ordinal);
}

/// <summary>
/// The folder that an installation scheme is laid out in: a site-packages folder less <c>lib/pythonX.Y/site-packages</c>.
/// RECORD rows that climb out of site-packages are understood relative to it.
/// </summary>
/// <param name="Path">The folder, absolute.</param>
/// <param name="Depth">How many folders site-packages lies below it.</param>
internal readonly record struct InstallationRoot(string Path, int Depth)
{
    /// <summary>
    /// The root of a site-packages folder. Debian's <c>lib/python3/dist-packages</c>, a <c>lib64</c> and Windows'
    /// <c>Lib\site-packages</c> count too; any other folder (<c>pip install --target</c>) is its own root.
    /// </summary>
    public static InstallationRoot Of(string sitePackages)
    {
        var parts = sitePackages.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        var depth = parts switch
        {
            [.., "lib" or "lib64", var python, "site-packages" or "dist-packages"]
                when python.StartsWith("python", StringComparison.Ordinal)
                    || python.StartsWith("pypy", StringComparison.Ordinal) => 3,
            [.., "Lib", "site-packages"] => 2,
            // PyPy before 3.8 and Jython: PREFIX/site-packages.
            [.., "site-packages"] => 1,
            _ => 0,
        };
        var root = sitePackages;
        for (var i = 0; i < depth; i++)
        {
            root = System.IO.Path.GetDirectoryName(root) ?? root;
        }

        return new InstallationRoot(root, depth);
    }
}

/// <summary>The files in <c>.dist-info</c> that an installer writes; everything else there comes from the wheel.</summary>
internal static class InstallerFileNames
{
    private static readonly string[] All =
    [
        "RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json", "provenance_url.json",
        "uv_cache.json", "uv_build.json",
    ];

    public static bool Contains(ReadOnlySpan<byte> name)
    {
        foreach (var file in All)
        {
            if (Ascii.Equals(name, file))
            {
                return true;
            }
        }

        return false;
    }

    public static bool Contains(ReadOnlySpan<char> name)
    {
        foreach (var file in All)
        {
            if (name.SequenceEqual(file))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Tells extension modules and bundled libraries by their names.</summary>
internal static class NativeFileName
{
    /// <summary>Whether the file name ends in <c>.so</c> or has <c>.so.</c> before a version (<c>libgomp-a34b3233.so.1.0.0</c>).</summary>
    public static bool Matches(ReadOnlySpan<byte> path)
    {
        if (Bytes.EndsWith(path, ".so"u8))
        {
            return true;
        }

        // Nearly every path ends here: a version ends in a digit.
        if (path.IsEmpty || !char.IsAsciiDigit((char)path[^1]))
        {
            return false;
        }

        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        var at = name.LastIndexOf(".so."u8);
        return at > 0 && IsVersion(name[(at + 4)..]);
    }

    private static bool IsVersion(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
        {
            if (c != (byte)'.' && !char.IsAsciiDigit((char)c))
            {
                return false;
            }
        }

        return true;
    }
}
