using System.Buffers.Binary;
using Firn.Common.Files;

namespace Firn.Python.Installation;

/// <summary>
/// The header of a <c>.pyc</c> file (PEP 552): magic number, flags, then time and size of the source, or a hash of it.
/// Python before 3.7 has no flags.
/// </summary>
/// <param name="hasFlags">Whether the Python is 3.7 or later.</param>
internal readonly struct PycHeader(bool hasFlags)
{
    /// <summary>The longest header, in bytes.</summary>
    public const int MostBytes = 16;

    /// <summary>How many bytes the header has.</summary>
    public int Length => hasFlags ? 16 : 12;

    /// <summary>Where the four bytes of the source's time stand.</summary>
    public int TimeOffset => Length - 8;

    /// <summary>Whether Python would take the bytecode for that of the source, by what the file system says of it.</summary>
    public bool IsValidFor(ReadOnlySpan<byte> header, FileStat source)
    {
        if (header.Length < Length || header[2] != (byte)'\r' || header[3] != (byte)'\n')
        {
            return false;
        }

        return IsHashed(header)
            || (BinaryPrimitives.ReadUInt32LittleEndian(header[TimeOffset..]) == (uint)source.ModifiedSeconds
                && BinaryPrimitives.ReadUInt32LittleEndian(header[(TimeOffset + 4)..]) == (uint)source.Size);
    }

    /// <summary>Whether the header holds a hash of the source in place of its time.</summary>
    public bool IsHashed(ReadOnlySpan<byte> header) =>
        hasFlags && header.Length >= 8 && (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) & 1) != 0;
}

/// <summary>The names of bytecode files: <c>__pycache__/NAME.TAG[.opt-N].pyc</c> of <c>NAME.py</c> (PEP 3147, PEP 488).</summary>
internal static class PycName
{
    public const string Folder = "__pycache__";

    /// <summary>Whether the path is in a folder of bytecode files.</summary>
    public static bool IsInCache(string path) =>
        path.Contains("__pycache__/", StringComparison.Ordinal)
        && (path.StartsWith("__pycache__/", StringComparison.Ordinal)
            || path.Contains("/__pycache__/", StringComparison.Ordinal));

    /// <summary>
    /// The source of a bytecode file with that cache tag; <see langword="null"/> for the file of another interpreter or
    /// tool (pytest puts its name into the tag).
    /// </summary>
    /// <param name="path">With forward slashes.</param>
    /// <param name="tag">For example <c>cpython-311</c>.</param>
    public static string? SourceOf(string path, string tag)
    {
        if (!path.EndsWith(".pyc", StringComparison.Ordinal))
        {
            return null;
        }

        var slash = path.LastIndexOf('/');
        var folderEnd = slash - Folder.Length;
        if (slash < Folder.Length || !path.AsSpan(folderEnd, Folder.Length).SequenceEqual(Folder)
            || (folderEnd > 0 && path[folderEnd - 1] != '/'))
        {
            return null;
        }

        var name = path.AsSpan(slash + 1, path.Length - slash - 5);
        if (name.EndsWith(".opt-1", StringComparison.Ordinal) || name.EndsWith(".opt-2", StringComparison.Ordinal))
        {
            name = name[..^6];
        }

        return name.Length > tag.Length + 1 && name.EndsWith(tag, StringComparison.Ordinal)
            && name[^(tag.Length + 1)] == '.'
            ? string.Concat(path.AsSpan(0, folderEnd), name[..^(tag.Length + 1)], ".py")
            : null;
    }
}
