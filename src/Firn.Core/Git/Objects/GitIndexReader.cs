using System.Buffers.Binary;
using Firn.Common.Files;

namespace Firn.Git.Objects;

/// <summary>
/// Goes through the bytes of an index of version 2, 3 or 4 without copying them (git: Documentation/gitformat-index).
/// The checksum at the end is not looked at: git itself does that only in fsck.
/// </summary>
internal ref struct GitIndexReader
{
    /// <summary>PATH_MAX; keeps the work for one entry small whatever version 4 puts together.</summary>
    private const int MaxPathBytes = 4096;
    private const int HeaderLength = 12;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _hashLength;
    private readonly uint _version;
    private readonly byte[] _path = new byte[MaxPathBytes + 1];
    private uint _left;
    private int _at = HeaderLength;
    private int _pathLength;
    private GitIndexEntry _current;

    /// <summary>Starts to read.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="hashLength">20 for SHA-1, 32 for SHA-256.</param>
    public GitIndexReader(ReadOnlySpan<byte> bytes, int hashLength)
    {
        _hashLength = hashLength;
        if (bytes.Length < HeaderLength + hashLength || !bytes.StartsWith("DIRC"u8))
        {
            IsInvalid = true;
            return;
        }

        _bytes = bytes[..^hashLength];
        _version = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        _left = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        IsInvalid = _version is < 2 or > 4;
    }

    /// <summary>The entry that <see cref="Read"/> found, valid until the next call.</summary>
    public readonly GitIndexEntry Current => _current;

    /// <summary>Whether the bytes are not an index; what was read before stands.</summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Goes to the next entry.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Read()
    {
        if (IsInvalid || _left == 0)
        {
            return false;
        }

        _left--;
        IsInvalid = !ReadEntry();
        return !IsInvalid;
    }

    /// <summary>
    /// After the last entry: the first extension that changes what the entries mean and is not known here, which is
    /// one in lower case (<c>link</c> above all: <see cref="GitSplitIndex"/>); <see langword="null"/> if there is none.
    /// </summary>
    public readonly string? ForeignExtension() => ForeignExtension(out _);

    /// <summary>The same, with what it holds as far as that is there.</summary>
    public readonly string? ForeignExtension(out ReadOnlySpan<byte> content)
    {
        content = default;
        var at = _at;
        while (!IsInvalid && _bytes.Length - at >= 8)
        {
            var name = _bytes.Slice(at, 4);
            var length = BinaryPrimitives.ReadUInt32BigEndian(_bytes[(at + 4)..]);
            if (!char.IsAsciiLetterUpper((char)name[0]) && !name.SequenceEqual("sdir"u8))
            {
                content = _bytes.Slice(at + 8, (int)Math.Min(length, _bytes.Length - at - 8));
                return System.Text.Encoding.Latin1.GetString(name);
            }

            if (length > _bytes.Length - at - 8)
            {
                break;
            }

            at += 8 + (int)length;
        }

        return null;
    }

    private bool ReadEntry()
    {
        var start = _at;
        var fixedLength = GitIndexEntry.StatLength + _hashLength;
        var rest = _bytes[start..];
        if (rest.Length < fixedLength + 4)
        {
            return false;
        }

        var fixedPart = rest[..fixedLength];
        var flags = BinaryPrimitives.ReadUInt16BigEndian(rest[fixedLength..]);
        ushort extended = 0;
        _at += fixedLength + 2;
        if ((flags & 0x4000) != 0)
        {
            if (_version == 2)
            {
                return false;
            }

            extended = BinaryPrimitives.ReadUInt16BigEndian(rest[(fixedLength + 2)..]);
            _at += 2;
        }

        if (!(_version == 4 ? ReadCompressedPath(out var path) : ReadPath(start, out path)))
        {
            return false;
        }

        _current = new GitIndexEntry(fixedPart, flags, extended, path);
        return true;
    }

    /// <summary>The path as it is, then NULs up to a multiple of 8 bytes from the start of the entry.</summary>
    private bool ReadPath(int start, out ReadOnlySpan<byte> path)
    {
        path = _bytes[_at..];
        var length = path.IndexOf((byte)0);
        if (length is < 0 or > MaxPathBytes)
        {
            return false;
        }

        path = path[..length];
        _at = start + ((_at - start + length + 8) & ~7);
        return _at <= _bytes.Length;
    }

    /// <summary>How much of the last path falls away, then what is added.</summary>
    private bool ReadCompressedPath(out ReadOnlySpan<byte> path)
    {
        path = default;
        if (!ReadNumber(out var dropped) || dropped > _pathLength)
        {
            return false;
        }

        var kept = _pathLength - (int)dropped;
        var length = _bytes[_at..].IndexOf((byte)0);
        if (length < 0 || kept + length > MaxPathBytes)
        {
            return false;
        }

        _bytes.Slice(_at, length).CopyTo(_path.AsSpan(kept));
        _pathLength = kept + length;
        _path[_pathLength] = 0;
        _at += length + 1;
        path = _path.AsSpan(0, _pathLength);
        return true;
    }

    /// <summary>git: varint.c, the same numbers as the offsets in packs.</summary>
    private bool ReadNumber(out long number)
    {
        number = -1;
        byte c;
        do
        {
            if (_at >= _bytes.Length || number > MaxPathBytes)
            {
                return false;
            }

            c = _bytes[_at++];
            number = ((number + 1) << 7) | (uint)(c & 127);
        }
        while ((c & 128) != 0);
        return true;
    }
}

/// <summary>One file of the index, as a view of its bytes (git: Documentation/gitformat-index).</summary>
/// <param name="fixedPart">The fields of fixed size, from the time to the object id.</param>
/// <param name="flags">The flags.</param>
/// <param name="extendedFlags">The flags of version 3; else 0.</param>
/// <param name="path">The path, relative to the work tree.</param>
internal readonly ref struct GitIndexEntry(
    ReadOnlySpan<byte> fixedPart, ushort flags, ushort extendedFlags, ReadOnlySpan<byte> path)
{
    /// <summary>Bytes before the object id.</summary>
    public const int StatLength = 40;

    public const uint Directory = 0x4000;
    public const uint RegularFile = 0x8000;
    public const uint Link = 0xA000;
    public const uint Submodule = 0xE000;

    /// <summary>Of <see cref="Flags"/>: flags of version 3 follow.</summary>
    public const ushort Extended = 0x4000;

    /// <summary>The fields of fixed size, from the time to the object id.</summary>
    public ReadOnlySpan<byte> Fixed { get; } = fixedPart;

    public ushort Flags { get; } = flags;

    /// <summary>The flags of version 3; else 0.</summary>
    public ushort ExtendedFlags { get; } = extendedFlags;

    public ReadOnlySpan<byte> Path { get; } = path;

    public ReadOnlySpan<byte> ObjectId => Fixed[StatLength..];

    public uint ChangedSeconds => Field(0);

    public uint ChangedNanoseconds => Field(4);

    public uint ModifiedSeconds => Field(8);

    public uint ModifiedNanoseconds => Field(12);

    public uint Inode => Field(20);

    public uint Mode => Field(24);

    public uint Size => Field(36);

    /// <summary>One of the kinds above; anything else is not a valid entry.</summary>
    public uint Kind => Mode & FileStat.KindMask;

    public bool IsExecutable => (Mode & 0x40) != 0;

    /// <summary>0, or which version of a merge.</summary>
    public int Stage => (Flags >> 12) & 3;

    /// <summary><c>git update-index --assume-unchanged</c>.</summary>
    public bool IsAssumedUnchanged => (Flags & 0x8000) != 0;

    /// <summary>Not to be checked out (git-sparse-checkout(1)).</summary>
    public bool IsSkipped => (ExtendedFlags & 0x4000) != 0;

    /// <summary>Whether a merge left several versions of the path.</summary>
    public bool IsUnmerged => (Flags & 0x3000) != 0;

    /// <summary>Whether the user told git to take it for unchanged, or not to check it out.</summary>
    public bool IsIgnored => (Flags & 0x8000) != 0 || (ExtendedFlags & 0x4000) != 0;

    /// <summary><c>git add --intent-to-add</c>: a name without a content.</summary>
    public bool IsIntentToAdd => (ExtendedFlags & 0x2000) != 0;

    private uint Field(int at) => BinaryPrimitives.ReadUInt32BigEndian(Fixed[at..]);
}
