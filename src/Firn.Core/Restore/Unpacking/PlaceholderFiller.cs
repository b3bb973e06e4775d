using System.Text;
using Firn.Archives.Documents;
using Firn.Common;

namespace Firn.Restore.Unpacking;

/// <summary>Puts the prefix where a bundle has its placeholder.</summary>
internal static class PlaceholderFiller
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

/// <summary>
/// Finds scripts of a shell that name a prefix with blanks without quotes, where it falls into several words: they worked at
/// a prefix without. No rule mends that in every script.
/// </summary>
internal static class UnquotedPrefixCheck
{
    /// <summary>What is to be said of a script as it was written; <see langword="null"/> where nothing is.</summary>
    /// <param name="path">Relative to the restored prefix.</param>
    /// <param name="script">Its bytes.</param>
    /// <param name="prefix">The prefix in it.</param>
    public static Problem? Of(string path, ReadOnlySpan<byte> script, ReadOnlySpan<byte> prefix)
    {
        var end = script.IndexOf((byte)'\n');
        if (!prefix.Contains((byte)' ') || end < 0 || !script.StartsWith("#!"u8))
        {
            return null;
        }

        var isFound = script[..end].IndexOf(prefix) > 0;
        var rest = script[..end].IndexOf("sh"u8) > 0 && !isFound ? script[end..] : [];
        while (!isFound && rest.IndexOf(prefix) is var at and >= 0)
        {
            var line = rest[(rest[..at].LastIndexOf((byte)'\n') + 1)..at];
            isFound = line.Count((byte)'"') % 2 == 0 && line.Count((byte)'\'') % 2 == 0 && line.IndexOf((byte)'#') < 0;
            rest = rest[(at + prefix.Length)..];
        }

        return isFound
            ? new Problem("unquoted-prefix", path, "it names the prefix, which holds a space, without quotes, and may not start: put quotes around it, or restore to a path without a space")
            : null;
    }
}
