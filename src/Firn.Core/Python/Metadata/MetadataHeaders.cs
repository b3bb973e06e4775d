using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Firn.Common.Files;
using Microsoft.Win32.SafeHandles;

namespace Firn.Python.Metadata;

/// <summary>
/// The headers of a METADATA or PKG-INFO file, as Python's <c>email.parser</c> reads them: names are compared without
/// case, the first one wins, blanks after a value are part of it, and the first line that is not a header ends them.
/// The description below them is never read.
/// </summary>
internal sealed class MetadataHeaders
{
    /// <summary>The most bytes of headers that are read.</summary>
    public const int Limit = 1 << 20;

    private readonly ReadOnlyMemory<byte> _block;

    private MetadataHeaders(ReadOnlyMemory<byte> block) => _block = block;

    /// <summary>Whether the headers are UTF-8; pip gives up on a file that is not.</summary>
    public bool IsUtf8 => Utf8.IsValid(_block.Span);

    /// <summary>The file's headers; <see langword="null"/> where there is no such file, or it is empty or unreadable.</summary>
    public static MetadataHeaders? Read(string path, out FileReadStatus status)
    {
        using var handle = BoundedFile.Open(path, out status);
        if (handle is null)
        {
            return null;
        }

        try
        {
            return HeaderBlock.Read(handle, Limit) is { Length: > 0 } block ? new MetadataHeaders(block) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            status = FileReadStatus.Unreadable;
            return null;
        }
    }

    /// <summary>The headers at the start of a file's bytes.</summary>
    public static MetadataHeaders Parse(ReadOnlyMemory<byte> file) =>
        new(file[..Math.Min(Limit, HeaderBlock.Length(file.Span, isWhole: true, out _))]);

    /// <summary>The value of the first header of that name, or <see langword="null"/>.</summary>
    public string? First(string name)
    {
        var lines = new HeaderLines(_block.Span);
        while (lines.MoveNext())
        {
            if (Ascii.EqualsIgnoreCase(lines.Name, name))
            {
                return Decode(lines.Value);
            }
        }

        return null;
    }

    /// <summary>The values of all headers of that name, in order.</summary>
    public ImmutableArray<string> All(string name)
    {
        var values = ImmutableArray.CreateBuilder<string>();
        var lines = new HeaderLines(_block.Span);
        while (lines.MoveNext())
        {
            if (Ascii.EqualsIgnoreCase(lines.Name, name))
            {
                values.Add(Decode(lines.Value));
            }
        }

        return values.DrainToImmutable();
    }

    /// <summary>
    /// The value as importlib.metadata gives it: further lines are re-indented as if the header's name were eight
    /// blanks (importlib/metadata/_adapters.py).
    /// </summary>
    public string? FirstRedented(string name) =>
        First(name) is { } value ? (value.Contains('\n', StringComparison.Ordinal) ? Redent(value) : value) : null;

    private static string Decode(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value);
        return text.Contains('\r', StringComparison.Ordinal)
            ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
            : text;
    }

    /// <summary><c>textwrap.dedent(' ' * 8 + value)</c>.</summary>
    private static string Redent(string value)
    {
        var lines = ("        " + value).Split('\n');
        string? margin = null;
        for (var i = 0; i < lines.Length; i++)
        {
            var content = lines[i].AsSpan().TrimStart(" \t");
            if (content.IsEmpty)
            {
                lines[i] = string.Empty;
                continue;
            }

            var indent = lines[i].AsSpan(0, lines[i].Length - content.Length);
            margin = margin is null ? indent.ToString() : margin[..indent.CommonPrefixLength(margin)];
        }

        for (var i = 0; i < lines.Length && margin is { Length: > 0 }; i++)
        {
            lines[i] = lines[i].Length == 0 ? lines[i] : lines[i][margin.Length..];
        }

        return string.Join('\n', lines);
    }
}

/// <summary>Walks over the headers of a block, each with its further lines (CPython: email/feedparser.py _parse_headers).</summary>
internal ref struct HeaderLines(ReadOnlySpan<byte> block)
{
    private readonly ReadOnlySpan<byte> _block = block;
    private int _at;

    /// <summary>The header's name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The header's value: blanks before it are left out, blanks after it are not, line ends inside it are kept.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next header.</summary>
    public bool MoveNext()
    {
        while (_at < _block.Length)
        {
            var start = _at;
            _at += HeaderBlock.LineLength(_block[_at..]);
            var first = _block[start.._at];
            if (first[0] is (byte)' ' or (byte)'\t' || first.StartsWith("From "u8))
            {
                continue;
            }

            var colon = first.IndexOf((byte)':');
            if (colon <= 0)
            {
                continue;
            }

            SkipFurtherLines();
            Name = first[..colon];
            Value = Trim(_block[(start + colon + 1).._at]);
            return true;
        }

        return false;
    }

    /// <summary>Blanks before the value and the line's end behind it.</summary>
    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value)
    {
        var start = 0;
        while (start < value.Length && value[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }

        var end = value.Length;
        while (end > start && value[end - 1] is (byte)'\r' or (byte)'\n')
        {
            end--;
        }

        return value[start..end];
    }

    private void SkipFurtherLines()
    {
        while (_at < _block.Length && _block[_at] is (byte)' ' or (byte)'\t')
        {
            _at += HeaderBlock.LineLength(_block[_at..]);
        }
    }
}

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
    /// <param name="isComplete">Whether a line that is not a header was found.</param>
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
