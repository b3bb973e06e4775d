using System.Buffers.Binary;

namespace Firn.Python.Wheels.Zip;

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
