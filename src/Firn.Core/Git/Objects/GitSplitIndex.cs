using System.Buffers.Binary;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Git.Objects;

/// <summary>
/// The index of a repository as one file, also where it is two (<c>git update-index --split-index</c>): the shared one has
/// most entries, and <c>index</c> says what has become of them (git: Documentation/gitformat-index, "Split index";
/// split-index.c).
/// </summary>
internal static class GitSplitIndex
{
    private const int MaxIndexBytes = 64 * 1024 * 1024;

    /// <summary>Version 4 can say long paths in few bytes.</summary>
    private const long MaxMergedBytes = 4L * MaxIndexBytes;

    /// <summary>
    /// Reads the index; a split one is put together. Where the shared part is missing or damaged, the bytes are those of
    /// the file, with its extension <c>link</c>.
    /// </summary>
    /// <param name="gitDirectory">What git keeps for the work tree.</param>
    /// <param name="hashLength">20 for SHA-1, 32 for SHA-256.</param>
    public static FileContent Read(string gitDirectory, int hashLength)
    {
        var content = BoundedFile.Read(Path.Join(gitDirectory, "index"), MaxIndexBytes);
        if (!content.IsComplete || content.Bytes.IndexOf("link"u8) < 0)
        {
            return content;
        }

        var own = IndexPart.Read(content.Bytes, hashLength);
        if (own is null || own.Link.Length < hashLength)
        {
            return content;
        }

        return Merge(own, Shared(gitDirectory, own.Link.AsSpan(0, hashLength)), hashLength) is { } merged
            ? new FileContent(FileReadStatus.Read, merged, merged.Length)
            : content;
    }

    /// <summary>The entries of the shared file; <see langword="null"/> where it is not the one that is meant.</summary>
    private static IndexPart? Shared(string gitDirectory, ReadOnlySpan<byte> id)
    {
        if (!id.ContainsAnyExcept((byte)0))
        {
            return new IndexPart();
        }

        var content = BoundedFile.Read(Path.Join(gitDirectory, "sharedindex." + Hex.Of(id)), MaxIndexBytes);
        return content.IsComplete && content.Bytes.EndsWith(id) ? IndexPart.Read(content.Bytes, id.Length) : null;
    }

    /// <summary>git: split-index.c, <c>merge_base_index</c>.</summary>
    private static byte[]? Merge(IndexPart own, IndexPart? shared, int hashLength)
    {
        ReadOnlySpan<byte> bitmaps = own.Link.AsSpan(hashLength);
        if (shared is null || shared.Link.Length > 0)
        {
            return null;
        }

        var deleted = new bool[shared.Entries.Count];
        var replaced = new bool[shared.Entries.Count];
        if (!bitmaps.IsEmpty && !(TryReadBitmap(ref bitmaps, deleted) && TryReadBitmap(ref bitmaps, replaced) && bitmaps.IsEmpty))
        {
            return null;
        }

        // The first entries have no names: they stand for those that are replaced.
        var next = 0;
        var kept = new List<IndexPartEntry>(shared.Entries.Count);
        for (var i = 0; i < deleted.Length; i++)
        {
            var entry = shared.Entries[i];
            if (replaced[i])
            {
                if (next == own.Entries.Count || own.Entries[next].Path.Length > 0)
                {
                    return null;
                }

                entry = own.Entries[next++] with { Path = entry.Path };
            }

            if (!deleted[i])
            {
                kept.Add(entry);
            }
        }

        var added = own.Entries[next..];
        if (added.Exists(static entry => entry.Path.Length == 0))
        {
            return null;
        }

        return Write(WithAdded(kept, added), hashLength);
    }

    /// <summary>What is added replaces entries of its name and stage, and a name without stages all of that name.</summary>
    private static List<IndexPartEntry> WithAdded(List<IndexPartEntry> kept, List<IndexPartEntry> added)
    {
        added.Sort(IndexPartEntry.Compare);
        var all = new List<IndexPartEntry>(kept.Count + added.Count);
        var at = 0;
        foreach (var entry in added)
        {
            while (at < kept.Count && IndexPartEntry.Compare(kept[at], entry) < 0)
            {
                all.Add(kept[at++]);
            }

            while (at < kept.Count && kept[at].Path.AsSpan().SequenceEqual(entry.Path) && (entry.Stage == 0 || kept[at].Stage == entry.Stage))
            {
                at++;
            }

            all.Add(entry);
        }

        all.AddRange(kept[at..]);
        return all;
    }

    private static byte[]? Write(List<IndexPartEntry> entries, int hashLength)
    {
        const int withoutPath = GitIndexEntry.StatLength + 4 + 8;
        var most = entries.Sum(entry => (long)entry.Path.Length + hashLength + withoutPath);
        if (most > MaxMergedBytes)
        {
            return null;
        }

        var index = new MemoryStream((int)most + 12 + hashLength);
        index.Write("DIRC\0\0\0\x03"u8);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, entries.Count);
        index.Write(number);
        foreach (var entry in entries)
        {
            var start = index.Length;
            index.Write(entry.Fixed);
            BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)(entry.Flags | GitIndexEntry.Extended));
            BinaryPrimitives.WriteUInt16BigEndian(number[2..], entry.ExtendedFlags);
            index.Write(number);
            index.Write(entry.Path);
            do
            {
                index.WriteByte(0);
            }
            while ((index.Length - start) % 8 != 0);
        }

        // No checksum: nobody looks at it.
        index.Write(stackalloc byte[hashLength]);
        return index.ToArray();
    }

    /// <summary>
    /// Reads a compressed bitmap (git: ewah/ewah_io.c): words of 64 bits, in groups of one that tells how many equal ones
    /// are left out and how many follow as they are.
    /// </summary>
    private static bool TryReadBitmap(ref ReadOnlySpan<byte> bytes, bool[] bits)
    {
        const int word = 8;
        if (bytes.Length < 12)
        {
            return false;
        }

        var words = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (words > (bytes.Length - 12) / word)
        {
            return false;
        }

        var rest = bytes.Slice(8, (int)words * word);
        bytes = bytes[(12 + rest.Length)..];
        var at = 0L;
        while (!rest.IsEmpty)
        {
            var group = BinaryPrimitives.ReadUInt64BigEndian(rest);
            rest = rest[word..];
            var run = (long)(uint)(group >> 1) * 64;
            var literals = group >> 33;
            if (literals > (ulong)(rest.Length / word) || ((group & 1) != 0 && !TrySet(bits, at, run)))
            {
                return false;
            }

            for (at += run; literals > 0; literals--, at += 64)
            {
                if (!TrySet(bits, at, BinaryPrimitives.ReadUInt64BigEndian(rest)))
                {
                    return false;
                }

                rest = rest[word..];
            }
        }

        return true;
    }

    private static bool TrySet(bool[] bits, long at, long count)
    {
        if (at + count > bits.Length)
        {
            return false;
        }

        bits.AsSpan((int)at, (int)count).Fill(true);
        return true;
    }

    private static bool TrySet(bool[] bits, long at, ulong literal)
    {
        for (; literal != 0; literal &= literal - 1)
        {
            var bit = at + System.Numerics.BitOperations.TrailingZeroCount(literal);
            if (bit >= bits.Length)
            {
                return false;
            }

            bits[bit] = true;
        }

        return true;
    }

    /// <summary>One of the two files.</summary>
    private sealed class IndexPart
    {
        public List<IndexPartEntry> Entries { get; } = [];

        /// <summary>The content of its extension <c>link</c>, empty where it has none.</summary>
        public byte[] Link { get; private set; } = [];

        /// <summary>Reads a file; <see langword="null"/> where it is damaged or has an extension that is not known here.</summary>
        public static IndexPart? Read(ReadOnlySpan<byte> bytes, int hashLength)
        {
            var part = new IndexPart();
            var length = 0L;
            var reader = new GitIndexReader(bytes, hashLength);
            while (reader.Read())
            {
                length += reader.Current.Path.Length;
                if (length > MaxMergedBytes)
                {
                    return null;
                }

                part.Entries.Add(new IndexPartEntry(reader.Current));
            }

            var foreign = reader.ForeignExtension(out var content);
            part.Link = foreign == "link" ? content.ToArray() : [];
            return reader.IsInvalid || foreign is not (null or "link") ? null : part;
        }
    }

    /// <summary>An entry that outlives its reader.</summary>
    private sealed record IndexPartEntry(byte[] Path, byte[] Fixed, ushort Flags, ushort ExtendedFlags)
    {
        public IndexPartEntry(GitIndexEntry entry)
            : this(entry.Path.ToArray(), entry.Fixed.ToArray(), entry.Flags, entry.ExtendedFlags)
        {
        }

        public int Stage => (Flags >> 12) & 3;

        public static int Compare(IndexPartEntry a, IndexPartEntry b)
        {
            var order = Bytes.Compare(a.Path, b.Path);
            return order != 0 ? order : a.Stage - b.Stage;
        }
    }
}
