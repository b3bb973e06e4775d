using System.Buffers.Binary;

namespace Firn.Common;

/// <summary>
/// Small searches in bytes. The library's own generic ones over bytes (EndsWith, Trim, SequenceCompareTo) are compiled
/// at run time in a framework-dependent process, which costs more than all the searching.
/// </summary>
internal static class Bytes
{
    public static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> ending) =>
        text.Length >= ending.Length && text[^ending.Length..].SequenceEqual(ending);

    /// <summary>The order of the bytes, as unsigned numbers; a start comes before the whole.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var length = Math.Min(left.Length, right.Length);
        var same = 0;
        // Eight at a time: paths that are compared share most of their start.
        while (same + 8 <= length
            && BinaryPrimitives.ReadUInt64LittleEndian(left[same..]) == BinaryPrimitives.ReadUInt64LittleEndian(right[same..]))
        {
            same += 8;
        }

        while (same < length && left[same] == right[same])
        {
            same++;
        }

        return same < length ? left[same] - right[same] : left.Length - right.Length;
    }
}
