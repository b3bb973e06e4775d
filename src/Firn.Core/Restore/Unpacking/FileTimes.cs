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
