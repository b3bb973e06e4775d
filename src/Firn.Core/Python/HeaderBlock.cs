using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Firn.Python;

/// <summary>Finds where the headers of a message end (CPython: email/feedparser.py, headerRE).</summary>
internal static class HeaderBlock
{
    private const int FirstBuffer = 16 * 1024;

    /// <summary>Reads a file's headers and not much more.</summary>
    public static ReadOnlyMemory<byte> Read(SafeFileHandle handle, int limit)
    {
        // The headers are kept as long as the distribution, and are far smaller than what is read at once.
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            return Read(handle, limit, ref buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Read(SafeFileHandle handle, int limit, ref byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var read = RandomAccess.Read(handle, buffer.AsSpan(length), length);
            length += read;
            var isWhole = read == 0 || length >= limit;
            var end = Length(buffer.AsSpan(0, length), isWhole, out var isComplete);
            if (isComplete || isWhole)
            {
                return buffer.AsSpan(0, end).ToArray();
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limit));
            }
        }
    }

    /// <summary>The length of the headers at the start of the text.</summary>
    /// <param name="text">The start of a file.</param>
    /// <param name="isWhole">Whether no text follows.</param>
    /// <param name="isComplete">Whether a line that is no header was found.</param>
    public static int Length(ReadOnlySpan<byte> text, bool isWhole, out bool isComplete)
    {
        var at = 0;
        isComplete = true;
        while (at < text.Length)
        {
            var rest = text[at..];
            var line = LineLength(rest);
            var isCut = line == rest.Length && !isWhole;
            if (isCut || !IsHeader(rest[..line]))
            {
                isComplete = !isCut;
                return at;
            }

            at += line;
        }

        isComplete = isWhole;
        return at;
    }

    /// <summary>The length of the first line with its end, which is <c>\n</c>, <c>\r</c> or both.</summary>
    public static int LineLength(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0)
        {
            return text.Length;
        }

        var isPair = text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n';
        return end + (isPair ? 2 : 1);
    }

    private static bool IsHeader(ReadOnlySpan<byte> line)
    {
        if (line[0] is (byte)' ' or (byte)'\t' || line.StartsWith("From "u8))
        {
            return true;
        }

        foreach (var c in line)
        {
            if (c == ':')
            {
                return true;
            }

            if (c is < 0x21 or > 0x7e)
            {
                return false;
            }
        }

        return false;
    }
}
