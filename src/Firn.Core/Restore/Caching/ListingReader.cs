using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Storage.Bundles;

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

    /// <summary>Of a <see cref="ListingItem.Relocated"/> file or one that is <see cref="ListingItem.Kept"/>.</summary>
    public RelocatedMember Relocated { get; private set; } = new(string.Empty, 0, 0, 0, null, null);

    private int NameLength { get; set; }

    /// <summary>Opens a list; <see langword="null"/> where it is damaged or of another version.</summary>
    public static ListingReader? TryOpen(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < Mark.Length + 1 + DigestLength || !span.StartsWith(Mark)
            || span[^(DigestLength + 1)] != (byte)ListingItem.End)
        {
            return null;
        }

        var digest = Sha256Digest.Of(span[..^DigestLength]);
        return digest == Sha256Digest.OfHash(span[^DigestLength..]) ? new ListingReader(bytes) : null;
    }

    /// <summary>Goes to the next item.</summary>
    /// <exception cref="FormatException">The list was not written by a <see cref="ListingWriter"/>, whatever its digest says.</exception>
    public ListingItem Next()
    {
        Need(1);
        var item = (ListingItem)Bytes[_position++];
        if (item == ListingItem.End)
        {
            _position--;
            return item;
        }

        NameLength = Length();
        NameStart = _position;
        _position += NameLength + 1;
        if (item is ListingItem.File or ListingItem.Treated)
        {
            Need(FactsLength);
            IsExecutable = Bytes[_position++] != 0;
            Size = Number();
            Time = Number();
            Inode = unchecked((ulong)Number());
        }
        else if (item == ListingItem.Link)
        {
            Target = Text();
        }
        else if (item == ListingItem.Relocated)
        {
            ReadRelocated();
        }
        else if (item == ListingItem.Kept)
        {
            Relocated = new RelocatedMember(Text(), 0, 0, 0, null, null);
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
            Placeholder = mode == 0 ? null : new BundlePlaceholder(mode == 2, placeholder),
        };
    }

    private void ReadRelocated()
    {
        var place = Text();
        Need((3 * NumberLength) + (2 * DigestLength));
        var size = Number();
        var time = Number();
        var inode = unchecked((ulong)Number());
        Relocated = new RelocatedMember(place, size, time, inode, ReadDigest(), ReadDigest());
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
