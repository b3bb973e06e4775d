using Firn.Common;
using Firn.Common.Files;

namespace Firn.Conda.Relocation;

/// <summary>Searches a content piece by piece.</summary>
internal static class ByteSearch
{
    private const int Piece = 256 * 1024;
    private const int SmallPiece = 4096;

    /// <summary>
    /// Where the patterns stand, in one pass: for each pattern the occurrences from left to right that do not overlap
    /// each other.
    /// </summary>
    /// <param name="source">The content.</param>
    /// <param name="patterns">What to look for; none empty.</param>
    /// <param name="from">Where to start.</param>
    /// <param name="most">The most occurrences of one pattern.</param>
    /// <param name="hasher">Takes all bytes from <paramref name="from"/> on, where it is given.</param>
    /// <returns>The offsets by pattern; <see langword="null"/> where there are more.</returns>
    public static List<long>[]? Find(ByteSource source, byte[][] patterns, long from, int most, Sha256Hasher? hasher = null)
    {
        var found = new List<long>[patterns.Length];
        var overlap = 0;
        for (var i = 0; i < patterns.Length; i++)
        {
            found[i] = [];
            overlap = Math.Max(overlap, patterns[i].Length - 1);
        }

        var buffer = new byte[(int)Math.Min(source.Length, Piece + overlap)];
        var kept = 0;
        while (from < source.Length)
        {
            var read = (int)Math.Min(buffer.Length - kept, source.Length - from);
            source.Read(from, buffer.AsSpan(kept, read));
            hasher?.Append(buffer.AsSpan(kept, read));
            var window = buffer.AsSpan(0, kept + read);
            if (!FindIn(window, from - kept, patterns, found, most))
            {
                return null;
            }

            from += read;
            kept = Math.Min(overlap, window.Length);
            window[^kept..].CopyTo(buffer);
        }

        return found;
    }

    /// <summary>The offset of the first run of that many zero bytes at or behind an offset; the length where there is none.</summary>
    public static long FindZeros(ByteSource source, long from, int count)
    {
        Span<byte> zeros = stackalloc byte[count];
        var buffer = new byte[SmallPiece];
        while (from + count <= source.Length)
        {
            var window = buffer.AsSpan(0, (int)Math.Min(buffer.Length, source.Length - from));
            source.Read(from, window);
            var at = window.IndexOf(zeros);
            if (at >= 0)
            {
                return from + at;
            }

            from += window.Length - count + 1;
        }

        return source.Length;
    }

    /// <summary>How many zero bytes stand from the offset on, counted up to a limit.</summary>
    public static long CountZeros(ByteSource source, long from, long limit)
    {
        var buffer = new byte[SmallPiece];
        var counted = 0L;
        limit = Math.Min(limit, source.Length - from);
        while (counted < limit)
        {
            var window = buffer.AsSpan(0, (int)Math.Min(buffer.Length, limit - counted));
            source.Read(from + counted, window);
            var other = window.IndexOfAnyExcept((byte)0);
            if (other >= 0)
            {
                return counted + other;
            }

            counted += window.Length;
        }

        return counted;
    }

    private static bool FindIn(ReadOnlySpan<byte> window, long start, byte[][] patterns, List<long>[] found, int most)
    {
        for (var i = 0; i < patterns.Length; i++)
        {
            var offsets = found[i];
            // Behind the last occurrence: the bytes kept from the piece before may hold its end.
            var next = offsets.Count > 0 ? (int)Math.Max(0, offsets[^1] + patterns[i].Length - start) : 0;
            while (next < window.Length && window[next..].IndexOf(patterns[i]) is >= 0 and var at)
            {
                if (offsets.Count == most)
                {
                    return false;
                }

                offsets.Add(start + next + at);
                next += at + patterns[i].Length;
            }
        }

        return true;
    }
}
