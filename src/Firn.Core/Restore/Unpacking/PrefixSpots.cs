using System.Text;
using Firn.Captures.Archives;

namespace Firn.Restore.Unpacking;

/// <summary>Puts the prefix where a bundle has its placeholder.</summary>
internal static class PrefixSpots
{
    /// <summary>The content for a prefix.</summary>
    /// <param name="content">The member's bytes.</param>
    /// <param name="offsets">Where the placeholder stands, ascending.</param>
    /// <param name="prefix">The prefix's bytes.</param>
    /// <exception cref="FormatException">There is no placeholder at an offset.</exception>
    public static byte[] Fill(ReadOnlySpan<byte> content, ReadOnlySpan<long> offsets, ReadOnlySpan<byte> prefix)
    {
        var placeholder = Encoding.ASCII.GetBytes(ArchiveTokens.Prefix);
        var filled = new byte[content.Length + ((prefix.Length - placeholder.Length) * offsets.Length)];
        var from = 0;
        var to = 0;
        foreach (var offset in offsets)
        {
            if (offset < from || offset > content.Length - placeholder.Length
                || !content[(int)offset..].StartsWith(placeholder))
            {
                throw new FormatException($"no prefix stands at its byte {offset}");
            }

            var length = (int)offset - from;
            content.Slice(from, length).CopyTo(filled.AsSpan(to));
            to += length;
            prefix.CopyTo(filled.AsSpan(to));
            to += prefix.Length;
            from = (int)offset + placeholder.Length;
        }

        content[from..].CopyTo(filled.AsSpan(to));
        return filled;
    }
}
