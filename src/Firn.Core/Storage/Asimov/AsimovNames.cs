using System.Text;
using Firn.Common;

namespace Firn.Storage.Asimov;

/// <summary>
/// Names on both sides: asimov's are single file names, Firn's are relative paths; up to asimov 0.3 the key of a file was
/// the path that it came from, absolute or not.
/// </summary>
internal static class AsimovNames
{
    /// <summary>What most file systems take, in bytes of UTF-8.</summary>
    private const int MaxNameLength = 255;

    /// <summary>Whether a name of a manifest may become one part of a path: no separator, no dots alone, nothing hidden.</summary>
    public static bool IsSafePart(string name) =>
        name.Length > 0 && name[0] != '.' && !name.Contains('/', StringComparison.Ordinal) && !name.Contains('\0', StringComparison.Ordinal)
        && Encoding.UTF8.GetByteCount(name) <= MaxNameLength;

    /// <summary>Whether the text is 32 lower-case hexadecimal digits, as asimov writes an MD5 and a uuid.</summary>
    public static bool IsHex32(string? text) =>
        text is { Length: 32 } && Hex.Parse(text) is { } bytes && Hex.Of(bytes) == text;

    /// <summary>A file name for a resource: one of a folder gets its separators as <c>__</c>.</summary>
    /// <param name="resource">The resource's name.</param>
    /// <param name="taken">The names that the production has already.</param>
    public static string Flatten(string resource, Func<string, bool> taken)
    {
        var flat = resource.Replace("/", "__", StringComparison.Ordinal);
        if (IsSafePart(flat) && !taken(flat))
        {
            return flat;
        }

        // Long, hidden or taken: a digest of the whole name tells it apart, and stays the same from export to export.
        var mark = Sha256Digest.Of(Encoding.UTF8.GetBytes(resource)).Hex[..12];
        var extension = Path.GetExtension(flat);
        extension = extension.Length is > 1 and <= 16 && extension.Length < flat.Length ? extension : string.Empty;
        var stem = flat[..^extension.Length].TrimStart('.');
        while (Encoding.UTF8.GetByteCount(stem) > 128)
        {
            stem = stem[..^(char.IsLowSurrogate(stem[^1]) ? 2 : 1)];
        }

        return $"{stem}-{mark}{extension}";
    }

    /// <summary>A resource name for a key: the key, for a path its last part, or all of it where another ends alike.</summary>
    /// <param name="key">The key in the manifest.</param>
    /// <param name="isTaken">Whether another file of the production has the name.</param>
    /// <returns>A relative path without dots, or <see langword="null"/> where the key has no usable part.</returns>
    public static string? ResourceName(string key, Func<string, bool> isTaken)
    {
        var parts = new List<string>();
        foreach (var part in key.Split('/'))
        {
            if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }

        if (parts.Count == 0 || key.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        return isTaken(parts[^1]) ? string.Join('/', parts) : parts[^1];
    }

    /// <summary>A uuid for a file that has none: the same one in every export, with the marks of a version 8 uuid (RFC 9562).</summary>
    /// <param name="origin">What tells the file from all others.</param>
    public static string DerivedUuid(string origin)
    {
        var hash = Hex.Parse(Sha256Digest.Of(Encoding.UTF8.GetBytes(origin)).Hex)!;
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return Hex.Of(hash.AsSpan(0, 16));
    }
}
