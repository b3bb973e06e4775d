using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Firn.Common.Zip;

namespace Firn.Tests.Python.Wheels;

/// <summary>A member with any field wrong.</summary>
internal sealed record ZipMakerEntry(byte[] Name, byte[] Content)
{
    public ZipMakerEntry(string name, byte[] content)
        : this(Encoding.UTF8.GetBytes(name), content)
    {
        Flags = name.Any(c => c > '\u007f') ? 0x0800 : 0;
    }

    public byte[]? LocalName { get; init; }

    public int Method { get; init; } = 8;

    public int Flags { get; init; }

    public int LocalFlagsError { get; init; }

    public uint LocalCrcError { get; init; }

    public uint CrcError { get; init; }

    public int CompressedError { get; init; }

    public long? DeclaredLength { get; init; }

    public int Mode { get; init; } = 0x81a4;

    public byte[] Extra { get; init; } = [];

    /// <summary>Bytes of nobody before its header.</summary>
    public byte[] Gap { get; init; } = [];

    public long? OffsetOverride { get; init; }

    /// <summary>0 for none, else 12, 16, 20 or 24 bytes behind the data.</summary>
    public int DescriptorLength { get; init; }

    public bool HasDescriptor => DescriptorLength > 0;

    public uint Crc
    {
        get
        {
            var crc = new Crc32();
            crc.Append(Content);
            return crc.Value ^ CrcError;
        }
    }

    public byte[] Data()
    {
        if (Method != 8)
        {
            return Content;
        }

        using var data = new MemoryStream();
        using (var deflate = new DeflateStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(Content);
        }

        return data.ToArray();
    }

    public byte[] Descriptor(int compressed)
    {
        var descriptor = new byte[DescriptorLength];
        var rest = descriptor.AsSpan();
        if (DescriptorLength is 16 or 24)
        {
            "PK\u0007\u0008"u8.CopyTo(rest);
            rest = rest[4..];
        }

        if (DescriptorLength > 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, Crc);
            rest = rest[4..];
        }

        if (rest.Length == 16)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, compressed);
            BinaryPrimitives.WriteInt64LittleEndian(rest[8..], DeclaredLength ?? Content.Length);
        }
        else if (rest.Length == 8)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, compressed);
            BinaryPrimitives.WriteInt32LittleEndian(rest[4..], (int)(DeclaredLength ?? Content.Length));
        }

        return descriptor;
    }
}
