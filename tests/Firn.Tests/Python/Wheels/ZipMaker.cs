using System.Buffers.Binary;
using System.Text;

namespace Firn.Tests.Python.Wheels;

/// <summary>Writes zip files with any field wrong.</summary>
internal sealed class ZipMaker
{
    private readonly List<ZipMakerEntry> _entries = [];

    public byte[] Before { get; init; } = [];

    public byte[] Behind { get; init; } = [];

    public byte[] Comment { get; init; } = [];

    /// <summary>Whether the end is one of zip64.</summary>
    public bool IsLarge { get; init; }

    /// <summary>Added to the number of members at the end.</summary>
    public int CountError { get; init; }

    /// <summary>Added to the offset of the directory at the end.</summary>
    public int OffsetError { get; init; }

    public ZipMaker Add(ZipMakerEntry entry)
    {
        _entries.Add(entry);
        return this;
    }

    public ZipMaker Add(string name, string content) => Add(new ZipMakerEntry(name, Encoding.UTF8.GetBytes(content)));

    public byte[] Make()
    {
        using var zip = new MemoryStream();
        zip.Write(Before);
        using var directory = new MemoryStream();
        foreach (var entry in _entries)
        {
            var offset = entry.OffsetOverride ?? zip.Position;
            zip.Write(entry.Gap);
            var data = entry.Data();
            zip.Write(Header(entry, data, isLocal: true, offset));
            zip.Write(data);
            zip.Write(entry.Descriptor(data.Length));
            directory.Write(Header(entry, data, isLocal: false, entry.OffsetOverride ?? offset + entry.Gap.Length));
        }

        var start = zip.Position;
        directory.WriteTo(zip);
        var end = new byte[22];
        "PK\u0005\u0006"u8.CopyTo(end);
        if (IsLarge)
        {
            zip.Write(LargeEnd(start, directory.Length, zip.Position));
        }

        var count = _entries.Count + CountError;
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), IsLarge ? ushort.MaxValue : (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), IsLarge ? ushort.MaxValue : (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), IsLarge ? uint.MaxValue : (uint)directory.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), IsLarge ? uint.MaxValue : (uint)(start + OffsetError));
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(20), (ushort)Comment.Length);
        zip.Write(end);
        zip.Write(Comment);
        zip.Write(Behind);
        return zip.ToArray();
    }

    private byte[] LargeEnd(long start, long length, long position)
    {
        var end = new byte[76];
        "PK\u0006\u0006"u8.CopyTo(end);
        BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(24), _entries.Count + CountError);
        BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(32), _entries.Count + CountError);
        BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(40), length);
        BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(48), start + OffsetError);
        "PK\u0006\u0007"u8.CopyTo(end.AsSpan(56));
        BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(64), position);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(72), 1);
        return end;
    }

    private static byte[] Header(ZipMakerEntry entry, byte[] data, bool isLocal, long offset)
    {
        var name = isLocal ? entry.LocalName ?? entry.Name : entry.Name;
        var size = isLocal ? 30 : 46;
        var hidden = isLocal && entry.HasDescriptor;
        var header = new byte[size + name.Length + entry.Extra.Length];
        (isLocal ? "PK\u0003\u0004"u8 : "PK\u0001\u0002"u8).CopyTo(header);
        var at = isLocal ? 4 : 6;
        var flags = entry.Flags | (entry.HasDescriptor ? 8 : 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(at), 20);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(at + 2), (ushort)(isLocal ? flags ^ entry.LocalFlagsError : flags));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(at + 4), (ushort)entry.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(at + 10), hidden ? 0 : entry.Crc ^ (isLocal ? entry.LocalCrcError : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(at + 14), hidden ? 0 : (uint)(data.Length + entry.CompressedError));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(at + 18), hidden ? 0 : (uint)(entry.DeclaredLength ?? entry.Content.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(at + 22), (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(at + 24), (ushort)entry.Extra.Length);
        if (!isLocal)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(38), (uint)entry.Mode << 16);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), (uint)offset);
        }

        name.CopyTo(header.AsSpan(size));
        entry.Extra.CopyTo(header.AsSpan(size + name.Length));
        return header;
    }
}
