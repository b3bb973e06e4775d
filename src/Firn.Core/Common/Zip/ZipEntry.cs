using System.Buffers.Binary;

namespace Firn.Common.Zip;

/// <summary>A member of a zip file, as its central directory and its local header both say.</summary>
internal sealed class ZipEntry
{
    /// <summary>With <c>/</c> between the names, none at the end; safe to join to a folder.</summary>
    public required string Path { get; init; }

    public required bool IsFolder { get; init; }

    /// <summary>Whether it is marked a regular file that somebody may execute (pip: utils/unpacking.py zip_item_is_executable).</summary>
    public required bool IsExecutable { get; init; }

    /// <summary>Whether it is compressed by deflate; else it is stored.</summary>
    public required bool IsDeflated { get; init; }

    /// <summary>The general purpose flags (APPNOTE 4.4.4).</summary>
    public required int Flags { get; init; }

    public required uint Crc { get; init; }

    public required long Length { get; init; }

    public required long CompressedLength { get; init; }

    /// <summary>Where its local header stands.</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>Where its bytes stand; known when the local header was read.</summary>
    public long DataOffset { get; set; }
}

/// <summary>The extra fields behind a member's name (APPNOTE 4.5): zip64's numbers, and Info-ZIP's other name.</summary>
/// <param name="fields">All of them.</param>
internal readonly ref struct ZipExtraFields(ReadOnlySpan<byte> fields)
{
    private const ushort Large = 0x0001;
    private const ushort UnicodePath = 0x7075;

    private readonly ReadOnlySpan<byte> _fields = fields;

    /// <summary>The numbers of zip64, eight bytes each; empty where there are none.</summary>
    public ReadOnlySpan<byte> LargeNumbers => Find(Large);

    /// <summary>Whether a field gives the member another name, which some programs take and others do not.</summary>
    public bool Rename(ReadOnlySpan<byte> name)
    {
        var other = Find(UnicodePath);
        return !other.IsEmpty && (other.Length < 5 || !other[5..].SequenceEqual(name));
    }

    /// <summary>Whether the fields fill their place; a rest too short for a field is passed over, as Python does.</summary>
    public bool AreWhole
    {
        get
        {
            var rest = _fields;
            while (rest.Length >= 4)
            {
                var length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) + 4;
                if (length > rest.Length)
                {
                    return false;
                }

                rest = rest[length..];
            }

            return true;
        }
    }

    private ReadOnlySpan<byte> Find(ushort wanted)
    {
        var rest = _fields;
        while (rest.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) + 4;
            if (length > rest.Length)
            {
                break;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(rest) == wanted)
            {
                return rest[4..length];
            }

            rest = rest[length..];
        }

        return default;
    }
}
