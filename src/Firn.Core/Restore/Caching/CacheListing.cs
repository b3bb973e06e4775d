using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Bundles;

namespace Firn.Restore.Caching;

/// <summary>Reads the list of an unpacked bundle; see <see cref="ListingWriter"/>. Nothing is made for a file but what is asked for.</summary>
internal sealed class ListingReader
{
    private const int DigestLength = 32;

    /// <summary>A flag and three numbers.</summary>
    private const int FactsLength = 25;

    private const int NumberLength = 8;
    private readonly ReadOnlyMemory<byte> _bytes;
    private int _position = Mark.Length;

    private ListingReader(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The first bytes: format and version.</summary>
    public static ReadOnlySpan<byte> Mark => "firn.unpacked/1\n"u8;

    /// <summary>The whole list, in which <see cref="NameStart"/> counts.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <summary>The digest that it ends with, of all before.</summary>
    public Sha256Digest Digest => Sha256Digest.OfHash(Bytes[^DigestLength..]);

    /// <summary>Where the item's name or path begins; a NUL stands behind it.</summary>
    public int NameStart { get; private set; }

    /// <summary>The item's name or path.</summary>
    public string Name => Encoding.UTF8.GetString(Bytes.Slice(NameStart, NameLength));

    /// <summary>Where a link leads.</summary>
    public string Target { get; private set; } = string.Empty;

    public bool IsExecutable { get; private set; }

    public long Size { get; private set; }

    /// <summary>In seconds since 1970.</summary>
    public long Time { get; private set; }

    public ulong Inode { get; private set; }

    /// <summary>Of a <see cref="ListingItemKind.Relocated"/> file or one that is <see cref="ListingItemKind.Kept"/>.</summary>
    public RelocatedListing Relocated { get; private set; } = new(string.Empty, 0, 0, 0, null, null);

    private int NameLength { get; set; }

    /// <summary>Opens a list; <see langword="null"/> where it is damaged or of another version.</summary>
    public static ListingReader? TryOpen(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < Mark.Length + 1 + DigestLength || !span.StartsWith(Mark)
            || span[^(DigestLength + 1)] != (byte)ListingItemKind.End)
        {
            return null;
        }

        var digest = Sha256Digest.Of(span[..^DigestLength]);
        return digest == Sha256Digest.OfHash(span[^DigestLength..]) ? new ListingReader(bytes) : null;
    }

    /// <summary>Goes to the next item.</summary>
    /// <exception cref="FormatException">The list was not written by a <see cref="ListingWriter"/>, whatever its digest says.</exception>
    public ListingItemKind Next()
    {
        Need(1);
        var item = (ListingItemKind)Bytes[_position++];
        if (item == ListingItemKind.End)
        {
            _position--;
            return item;
        }

        NameLength = Length();
        NameStart = _position;
        _position += NameLength + 1;
        if (item is ListingItemKind.File or ListingItemKind.Treated)
        {
            Need(FactsLength);
            IsExecutable = Bytes[_position++] != 0;
            Size = Number();
            Time = Number();
            Inode = unchecked((ulong)Number());
        }
        else if (item == ListingItemKind.Link)
        {
            Target = Text();
        }
        else if (item == ListingItemKind.Relocated)
        {
            ReadRelocated();
        }
        else if (item == ListingItemKind.Kept)
        {
            Relocated = new RelocatedListing(Text(), 0, 0, 0, null, null);
        }

        return item;
    }

    /// <summary>What the bundle says of a treated file, once, after <see cref="Next"/> came to it.</summary>
    /// <param name="path">Its path in the bundle.</param>
    /// <exception cref="FormatException">As <see cref="Next"/>.</exception>
    public BundleEntry TreatedEntry(string path)
    {
        var offsets = ImmutableArray.CreateBuilder<long>();
        Need(8);
        for (var count = Number(); count > 0; count--)
        {
            Need(8);
            offsets.Add(Number());
        }

        Need(1);
        var mode = Bytes[_position++];
        var placeholder = Text();
        return new BundleEntry
        {
            Path = path,
            IsExecutable = IsExecutable,
            Size = Size,
            PrefixOffsets = offsets.DrainToImmutable(),
            Placeholder = mode == 0 ? null : new PrefixPlaceholder(mode == 2, placeholder),
        };
    }

    private void ReadRelocated()
    {
        var place = Text();
        Need((3 * NumberLength) + (2 * DigestLength));
        var size = Number();
        var time = Number();
        var inode = unchecked((ulong)Number());
        Relocated = new RelocatedListing(place, size, time, inode, ReadDigest(), ReadDigest());
    }

    /// <summary>The length of a text, which is there with the NUL behind it.</summary>
    private int Length()
    {
        Need(4);
        var length = BinaryPrimitives.ReadInt32LittleEndian(Bytes[_position..]);
        _position += 4;
        Need(length < 0 || length == int.MaxValue ? int.MaxValue : length + 1);
        return length;
    }

    private void Need(int count)
    {
        if (count > _bytes.Length - DigestLength - _position)
        {
            throw new FormatException("the list of an unpacked bundle ends too early");
        }
    }

    private string Text()
    {
        var length = Length();
        var text = Encoding.UTF8.GetString(Bytes.Slice(_position, length));
        _position += length + 1;
        return text;
    }

    private Sha256Digest ReadDigest()
    {
        var digest = Sha256Digest.OfHash(Bytes.Slice(_position, DigestLength));
        _position += DigestLength;
        return digest;
    }

    private long Number()
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(Bytes[_position..]);
        _position += 8;
        return value;
    }
}

/// <summary>
/// Writes the list of an unpacked bundle: what is needed to check and link its files, in the order in which that is done.
/// Binary, since reading it is most of what a restore from the cache does by itself.
/// </summary>
internal sealed class ListingWriter
{
    private readonly ArrayBufferWriter<byte> _output = new();

    public ListingWriter() => _output.Write(ListingReader.Mark);

    public void Folder(string path)
    {
        Byte((byte)ListingItemKind.Folder);
        Text(path);
    }

    /// <summary>A file of the last folder.</summary>
    public void File(string name, bool isExecutable, long size, long time, ulong inode)
    {
        Byte((byte)ListingItemKind.File);
        Facts(name, isExecutable, size, time, inode);
    }

    /// <summary>A file of the last folder that is not linked.</summary>
    public void Treated(string name, BundleEntry entry, long time, ulong inode)
    {
        Byte((byte)ListingItemKind.Treated);
        Facts(name, entry.IsExecutable, entry.Size, time, inode);
        Number(entry.PrefixOffsets.Length);
        foreach (var offset in entry.PrefixOffsets)
        {
            Number(offset);
        }

        Byte((byte)(entry.Placeholder is null ? 0 : entry.Placeholder.IsBinary ? 2 : 1));
        Text(entry.Placeholder?.Text ?? string.Empty);
    }

    public void Link(string path, string target)
    {
        Byte((byte)ListingItemKind.Link);
        Text(path);
        Text(target);
    }

    public void EmptyFolder(string path)
    {
        Byte((byte)ListingItemKind.EmptyFolder);
        Text(path);
    }

    /// <summary>A relocated file.</summary>
    /// <param name="path">Its path in the bundle.</param>
    /// <param name="member">What is to be known of it, with both digests.</param>
    public void Relocated(string path, RelocatedListing member)
    {
        Byte((byte)ListingItemKind.Relocated);
        Text(path);
        Text(member.Place);
        Number(member.Size);
        Number(member.Time);
        Number(unchecked((long)member.Inode));
        _output.Write(Hex.Parse(member.Published!.Hex)!);
        _output.Write(Hex.Parse(member.Digest!.Hex)!);
    }

    /// <summary>A file that could not be relocated, or needs not be.</summary>
    /// <param name="path">Its path in the bundle.</param>
    /// <param name="place">The place that it would be relocated for.</param>
    public void Kept(string path, string place)
    {
        Byte((byte)ListingItemKind.Kept);
        Text(path);
        Text(place);
    }

    /// <summary>The bytes of the list.</summary>
    public byte[] Finish()
    {
        Byte((byte)ListingItemKind.End);
        _output.Write(Hex.Parse(Sha256Digest.Of(_output.WrittenSpan).Hex)!);
        return _output.WrittenSpan.ToArray();
    }

    private void Facts(string name, bool isExecutable, long size, long time, ulong inode)
    {
        Text(name);
        Byte(isExecutable ? (byte)1 : (byte)0);
        Number(size);
        Number(time);
        Number(unchecked((long)inode));
    }

    /// <summary>A length of four bytes, UTF-8, and a NUL for the system's calls.</summary>
    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _output.Write(length);
        _output.Write(bytes);
        Byte(0);
    }

    private void Number(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _output.Write(bytes);
    }

    private void Byte(byte value) => _output.Write([value]);
}

/// <summary>What an item of a listing stands for. The numbers are written to disk.</summary>
internal enum ListingItemKind : byte
{
    /// <summary>The list ends here; the digest of all before follows.</summary>
    End = 0,

    /// <summary>The files that follow lie in this folder.</summary>
    Folder = 1,

    /// <summary>A file that is the same in every prefix.</summary>
    File = 2,

    /// <summary>A file that each prefix has its own form of.</summary>
    Treated = 3,

    /// <summary>A symbolic link.</summary>
    Link = 4,

    /// <summary>A folder that is to be there though it is empty.</summary>
    EmptyFolder = 5,

    /// <summary>A compiled file whose run path was made relative; in lists of relocated files only.</summary>
    Relocated = 6,

    /// <summary>A compiled file whose run path stays as it is; in lists of relocated files only.</summary>
    Kept = 7,
}

/// <summary>A compiled file as the list of relocated files has it.</summary>
/// <param name="Place">Where it goes; its run path is right for no other place.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Time">In seconds since 1970.</param>
/// <param name="Inode">Of the file in the cache.</param>
/// <param name="Published">The digest of its bytes in the bundle; <see langword="null"/> where it could not be relocated.</param>
/// <param name="Digest">The digest of its bytes in the cache; <see langword="null"/> where it could not be relocated.</param>
internal sealed record RelocatedListing(
    string Place, long Size, long Time, ulong Inode, Sha256Digest? Published, Sha256Digest? Digest)
{
    /// <summary>Its number among the relocated files of the list.</summary>
    public int Index { get; init; }
}
