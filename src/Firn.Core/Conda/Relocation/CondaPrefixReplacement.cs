using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Relocation;

/// <summary>
/// Puts a prefix into a file that a package shipped with a placeholder, as conda does (core/portability.py
/// <c>replace_prefix</c>): one pass for each encoding; in text every occurrence; in binary files within strings that end
/// in NUL, with NULs behind the string so that nothing moves. First lines of scripts take rattler's forms where conda's
/// would need an activated environment (<see cref="CondaShebang"/>).
/// </summary>
internal static class CondaPrefixReplacement
{
    /// <summary>The most occurrences in one file, by which memory is bounded.</summary>
    public const int MaxOccurrences = 1 << 18;

    private const int MaxFirstLineLength = 64 * 1024;

    /// <summary>The bytes for the new prefix; <paramref name="source"/> itself where nothing is to be replaced.</summary>
    /// <param name="source">What the package shipped; the result reads from it, so it is disposed last.</param>
    /// <param name="placeholder">The placeholder, from the package's paths data.</param>
    /// <param name="prefix">The new prefix, as it will be used.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="FirnException">The prefix is too long for a binary file, or the file has too many occurrences.</exception>
    public static ByteSource Replace(ByteSource source, CondaPlaceholder placeholder, string prefix, string path)
    {
        if (placeholder.Text.Length == 0)
        {
            return source;
        }

        var from = 0L;
        if (!placeholder.IsBinary)
        {
            source = ReplaceFirstLine(source, placeholder.Text, prefix, out from);
        }

        foreach (var encoding in PrefixEncoding.All)
        {
            var search = encoding.Encode(placeholder.Text);
            var replacement = encoding.Encode(prefix);
            var found = ByteSearch.Find(source, [search], from, MaxOccurrences)
                ?? throw new FirnException(
                    $"{path} holds its placeholder more than {MaxOccurrences} times",
                    "the package is damaged or hostile: leave it out, or install it from its channel");
            if (found[0].Count > 0)
            {
                var edits = placeholder.IsBinary
                    ? BinaryEdits(source, found[0], search, replacement, encoding.Width, path)
                    : TextEdits(found[0], search, replacement);
                source = edits.Count > 0 ? new EditedByteSource(source, edits) : source;
            }
        }

        return source;
    }

    private static ByteSource ReplaceFirstLine(ByteSource source, string placeholder, string prefix, out long end)
    {
        end = 0;
        var line = FirstLine(source);
        var search = Encoding.UTF8.GetBytes(placeholder);
        if (!line.StartsWith("#!"u8) || line.IndexOf(search) < 0)
        {
            return source;
        }

        var replaced = CondaShebang.Replace(line, search, Encoding.UTF8.GetBytes(prefix));
        end = replaced.Length;
        return new EditedByteSource(source, [new ByteEdit(0, line.Length, replaced)]);
    }

    /// <summary>The first line without its LF; empty where it is not a line a kernel would look at.</summary>
    private static ReadOnlySpan<byte> FirstLine(ByteSource source)
    {
        var start = new byte[(int)Math.Min(source.Length, MaxFirstLineLength)];
        source.Read(0, start);
        var end = start.AsSpan().IndexOf((byte)'\n');
        return end >= 0 ? start.AsSpan(0, end) : start.Length == source.Length ? start : default;
    }

    private static List<ByteEdit> TextEdits(List<long> offsets, byte[] search, byte[] replacement)
    {
        var edits = new List<ByteEdit>(offsets.Count);
        foreach (var offset in offsets)
        {
            edits.Add(new ByteEdit(offset, search.Length, replacement));
        }

        return edits;
    }

    private static List<ByteEdit> BinaryEdits(
        ByteSource source, List<long> offsets, byte[] search, byte[] replacement, int width, string path)
    {
        var edits = new List<ByteEdit>();
        var next = 0;
        while (next < offsets.Count)
        {
            var terminator = ByteSearch.FindZeros(source, offsets[next] + search.Length, width);
            if (terminator == source.Length)
            {
                // conda's pattern wants the NUL: what no NUL ends stays as it is.
                break;
            }

            if (replacement.Length > search.Length)
            {
                throw CondaPrefixLength.TooLong(path, search.Length / width);
            }

            var padding = 0L;
            // A match that starts in the string and ends in its NUL is one, too: the NUL is a part of what conda matches.
            for (; next < offsets.Count && offsets[next] + search.Length <= terminator + width; next++)
            {
                edits.Add(new ByteEdit(offsets[next], search.Length, replacement));
                padding += search.Length - replacement.Length;
            }

            AddPadding(edits, terminator + width, padding);
            while (next < offsets.Count && offsets[next] < terminator + width)
            {
                next++;
            }
        }

        return edits;
    }

    private static void AddPadding(List<ByteEdit> edits, long at, long padding)
    {
        if (padding > 0)
        {
            edits.Add(new ByteEdit(at, 0, ReadOnlyMemory<byte>.Empty, padding));
        }
    }
}

/// <summary>How long a prefix may be: a binary file has room for its placeholder and no more.</summary>
internal static class CondaPrefixLength
{
    /// <summary>
    /// The most bytes (UTF-8) of a prefix for all files of the package; <see langword="null"/> where any will do.
    /// </summary>
    public static int? LongestFor(CondaFileRecord record)
    {
        int? longest = null;
        foreach (var entry in record.Entries)
        {
            if (entry is { Kind: CondaPathKind.File, Placeholder: { IsBinary: true } placeholder })
            {
                var length = Encoding.UTF8.GetByteCount(placeholder.Text);
                longest = longest is { } other ? Math.Min(other, length) : length;
            }
        }

        return longest;
    }

    /// <summary>Refuses a prefix that conda packages cannot be put at, before anything is written.</summary>
    /// <exception cref="FirnException">It is too long for the package, or holds what no file can take.</exception>
    public static void Check(CondaFileRecord record, string prefix)
    {
        CheckCharacters(prefix);
        var length = Encoding.UTF8.GetByteCount(prefix);
        if (LongestFor(record) is { } longest && length > longest)
        {
            throw new FirnException(
                $"the prefix {prefix} has {length} bytes, and the conda package {record.Package.Spec} takes {longest} at most",
                $"restore to a path of {longest} bytes or fewer");
        }
    }

    /// <summary>The error for one file, where a file was found to have less room than its package said.</summary>
    public static FirnException TooLong(string path, int longest) => new(
        $"the prefix is too long for {path}, which has room for {longest} bytes",
        $"restore to a path of {longest} bytes or fewer");

    /// <summary>Shells expand these within quotes, and a line break would end a script's first line.</summary>
    private static void CheckCharacters(string prefix)
    {
        foreach (var c in prefix)
        {
            if (char.IsControl(c) || c is '"' or '$' or '`' or '\\')
            {
                throw new FirnException(
                    $"conda packages cannot be put at {prefix.ReplaceLineEndings("?")}: scripts with this path would not start",
                    "restore to a path without quotes, dollar signs, backslashes and control characters");
            }
        }

        if (!prefix.StartsWith('/') || prefix.Length < 2)
        {
            throw new FirnException(
                $"conda packages cannot be put at {prefix}: it is not an absolute path of a folder", "restore to an absolute path");
        }
    }
}

/// <summary>The encodings in which a file may hold a prefix (conda core/portability.py <c>POPULAR_ENCODINGS</c>).</summary>
internal sealed class PrefixEncoding
{
    private readonly Encoding _encoding;

    private PrefixEncoding(Encoding encoding, int width) => (_encoding, Width) = (encoding, width);

    /// <summary>All, in the order in which conda tries them.</summary>
    public static IReadOnlyList<PrefixEncoding> All { get; } =
    [
        new(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1),
        new(new UnicodeEncoding(bigEndian: false, byteOrderMark: false), 2),
        new(new UnicodeEncoding(bigEndian: true, byteOrderMark: false), 2),
        new(new UTF32Encoding(bigEndian: false, byteOrderMark: false), 4),
        new(new UTF32Encoding(bigEndian: true, byteOrderMark: false), 4),
    ];

    /// <summary>The bytes of a code unit, and so of the NUL that ends a string.</summary>
    public int Width { get; }

    public byte[] Encode(string text) => _encoding.GetBytes(text);
}
