using System.Text;
using Firn.Common;

namespace Firn.Conda.Linking;

/// <summary>
/// Puts a prefix into a file that a package shipped with a placeholder, as conda does (core/portability.py
/// <c>replace_prefix</c>): one pass for each encoding; in text every occurrence; in binary files within strings that end
/// in NUL, with NULs behind the string so that nothing moves. First lines of scripts take rattler's forms where conda's
/// would need an activated environment (<see cref="CondaShebang"/>).
/// </summary>
internal static class CondaPrefixReplacement
{
    /// <summary>The most occurrences in one file, by which memory is bounded.</summary>
    public const int MostOccurrences = 1 << 18;

    private const int LongestFirstLine = 64 * 1024;

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
            var found = ByteSearch.Find(source, [search], from, MostOccurrences)
                ?? throw new FirnException(
                    $"{path} holds its placeholder more than {MostOccurrences} times",
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

    /// <summary>The first line without its LF; empty where it is no line a kernel would look at.</summary>
    private static ReadOnlySpan<byte> FirstLine(ByteSource source)
    {
        var start = new byte[(int)Math.Min(source.Length, LongestFirstLine)];
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
                throw CondaPrefixLimit.TooLong(path, search.Length / width);
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
