using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Firn.Common;

namespace Firn.Python;

/// <summary>
/// The headers of a METADATA or PKG-INFO file, as Python's <c>email.parser</c> reads them: names are compared without
/// case, the first one wins, blanks after a value are part of it, and the first line that is no header ends them.
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
