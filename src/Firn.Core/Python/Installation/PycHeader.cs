using System.Buffers.Binary;
using Firn.Common.Files;

namespace Firn.Python.Installation;

/// <summary>
/// The header of a <c>.pyc</c> file (PEP 552): magic number, flags, then time and size of the source, or a hash of it.
/// Python before 3.7 has no flags.
/// </summary>
internal readonly struct PycHeader
{
    /// <summary>The longest header, in bytes.</summary>
    public const int MaxBytes = 16;

    private readonly bool _hasFlags;

    /// <param name="cacheTag">The tag of the Python that made the file: <c>cpython-36</c>, <c>pypy310</c>.</param>
    public PycHeader(ReadOnlySpan<char> cacheTag)
    {
        // The first digit is the major version, the rest the minor one.
        var first = cacheTag.IndexOfAnyInRange('0', '9');
        _hasFlags = first < 0 || cacheTag[first..] is not (['2', ..] or ['3', >= '0' and <= '6']);
    }

    /// <summary>How many bytes the header has.</summary>
    public int Length => _hasFlags ? 16 : 12;

    /// <summary>Where the four bytes of the source's time stand; those of its size follow.</summary>
    public int TimeOffset => Length - 8;

    /// <summary>Whether Python would take the bytecode for that of the source, by what the file system says of it.</summary>
    public bool IsValidFor(ReadOnlySpan<byte> header, FileStat source)
    {
        if (header.Length < Length || header[2] != (byte)'\r' || header[3] != (byte)'\n')
        {
            return false;
        }

        return IsHashed(header)
            || (TimeIn(header) == (uint)source.ModifiedSeconds && SizeIn(header) == (uint)source.Size);
    }

    /// <summary>Whether the header holds a hash of the source in place of its time.</summary>
    public bool IsHashed(ReadOnlySpan<byte> header) =>
        _hasFlags && header.Length >= 8 && (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) & 1) != 0;

    /// <summary>The time and size that the header names; <see langword="null"/> where it names a hash, or there is none.</summary>
    public (uint Time, uint Size)? SourceOf(ReadOnlySpan<byte> bytecode) =>
        bytecode.Length >= Length && (!_hasFlags || BinaryPrimitives.ReadUInt32LittleEndian(bytecode[4..]) == 0)
            ? (TimeIn(bytecode), SizeIn(bytecode))
            : null;

    /// <summary>Puts the source's time into the header, where it names one.</summary>
    public void SetTime(Span<byte> bytecode, long time)
    {
        if (SourceOf(bytecode) is not null)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytecode[TimeOffset..], unchecked((uint)time));
        }
    }

    private uint TimeIn(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32LittleEndian(header[TimeOffset..]);

    private uint SizeIn(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32LittleEndian(header[(TimeOffset + 4)..]);
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
    public static string? SourceOf(string path, string tag) =>
        TryRead(path, out var folder, out var name, out var found) && found.SequenceEqual(tag)
            ? string.Concat(folder, name, ".py")
            : null;

    /// <summary>The source of a bytecode file of any interpreter, and its cache tag; <see langword="null"/> for another file.</summary>
    public static string? SourceOf(string path, out ReadOnlySpan<char> tag) =>
        TryRead(path, out var folder, out var name, out tag) ? string.Concat(folder, name, ".py") : null;

    /// <param name="path">With forward slashes.</param>
    /// <param name="folder">The folder of the source, with its slash.</param>
    /// <param name="name">The name of the source without its ending.</param>
    /// <param name="tag">What follows the name.</param>
    private static bool TryRead(
        string path, out ReadOnlySpan<char> folder, out ReadOnlySpan<char> name, out ReadOnlySpan<char> tag)
    {
        folder = default;
        name = default;
        tag = default;
        if (!path.EndsWith(".pyc", StringComparison.Ordinal))
        {
            return false;
        }

        var slash = path.LastIndexOf('/');
        var folderEnd = slash - Folder.Length;
        if (slash < Folder.Length || !path.AsSpan(folderEnd, Folder.Length).SequenceEqual(Folder)
            || (folderEnd > 0 && path[folderEnd - 1] != '/'))
        {
            return false;
        }

        var rest = path.AsSpan(slash + 1, path.Length - slash - 5);
        if (rest.EndsWith(".opt-1", StringComparison.Ordinal) || rest.EndsWith(".opt-2", StringComparison.Ordinal))
        {
            rest = rest[..^6];
        }

        var dot = rest.LastIndexOf('.');
        if (dot <= 0)
        {
            return false;
        }

        folder = path.AsSpan(0, folderEnd);
        name = rest[..dot];
        tag = rest[(dot + 1)..];
        return true;
    }
}
