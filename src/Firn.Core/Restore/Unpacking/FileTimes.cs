using System.Buffers.Binary;
using Firn.Common;

namespace Firn.Restore.Unpacking;

/// <summary>The times of restored files (docs/decisions/0011-times-of-restored-files.md), in seconds since 1970.</summary>
internal static class FileTimes
{
    /// <summary>1980-01-01, the earliest that a ZIP archive can hold.</summary>
    public const long Usual = 315532800;

    /// <summary>Of Python source: equal times mean equal contents.</summary>
    public static long OfSource(ReadOnlySpan<byte> content) => OfSource(Sha256Digest.Of(content));

    /// <inheritdoc cref="OfSource(ReadOnlySpan{byte})"/>
    public static long OfSource(Sha256Digest digest) => Usual + (OfHex(digest.Hex.AsSpan(0, 8)) >> 2);

    /// <summary>Whether the time of the file is made from its contents.</summary>
    public static bool IsSource(ReadOnlySpan<char> path) => path.EndsWith(".py", StringComparison.Ordinal);

    private static uint OfHex(ReadOnlySpan<char> hex)
    {
        return BinaryPrimitives.ReadUInt32BigEndian(Hex.Parse(hex));
    }
}

/// <summary>The first 16 bytes of a <c>.pyc</c> (PEP 552): magic number, flags, and the source's time and size or hash.</summary>
internal static class RestoredBytecode
{
    public const int Length = 16;

    /// <summary>The time and size that the header names; <see langword="null"/> where it names a hash, or there is none.</summary>
    public static (uint Time, uint Size)? SourceOf(ReadOnlySpan<byte> bytecode) =>
        bytecode.Length >= Length && BinaryPrimitives.ReadUInt32LittleEndian(bytecode[4..]) == 0
            ? (BinaryPrimitives.ReadUInt32LittleEndian(bytecode[8..]), BinaryPrimitives.ReadUInt32LittleEndian(bytecode[12..]))
            : null;

    /// <summary>Puts the source's time into the header, where it names one.</summary>
    public static void SetTime(Span<byte> bytecode, long time)
    {
        if (SourceOf(bytecode) is not null)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytecode[8..], unchecked((uint)time));
        }
    }

    /// <summary>
    /// The source of <c>FOLDER/__pycache__/NAME.TAG.pyc</c> or <c>NAME.TAG.opt-1.pyc</c>; <see langword="null"/> where the
    /// path is none of these.
    /// </summary>
    public static string? SourcePath(string path)
    {
        const string folder = "__pycache__/";
        var slash = path.LastIndexOf('/');
        if (slash < 0 || !path.EndsWith(".pyc", StringComparison.Ordinal)
            || !path.AsSpan(0, slash + 1).EndsWith(folder, StringComparison.Ordinal)
            || (slash + 1 > folder.Length && path[slash - folder.Length] != '/'))
        {
            return null;
        }

        var name = path.AsSpan(slash + 1);
        name = name[..^".pyc".Length];
        var dot = name.LastIndexOf('.');
        if (dot > 0 && name[dot..].StartsWith(".opt-", StringComparison.Ordinal))
        {
            name = name[..dot];
            dot = name.LastIndexOf('.');
        }

        return dot <= 0
            ? null
            : string.Concat(path.AsSpan(0, slash + 1 - folder.Length), name[..dot], ".py");
    }
}
