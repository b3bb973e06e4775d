using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Firn.Common;
using Firn.Storage.Bundles;

namespace Firn.Restore.Caching;

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
        Byte((byte)ListingItem.Folder);
        Text(path);
    }

    /// <summary>A file of the last folder.</summary>
    public void File(string name, bool isExecutable, long size, long time, ulong inode)
    {
        Byte((byte)ListingItem.File);
        Facts(name, isExecutable, size, time, inode);
    }

    /// <summary>A file of the last folder that is not linked.</summary>
    public void Treated(string name, BundleEntry entry, long time, ulong inode)
    {
        Byte((byte)ListingItem.Treated);
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
        Byte((byte)ListingItem.Link);
        Text(path);
        Text(target);
    }

    public void EmptyFolder(string path)
    {
        Byte((byte)ListingItem.EmptyFolder);
        Text(path);
    }

    /// <summary>A relocated file.</summary>
    /// <param name="path">Its path in the bundle.</param>
    /// <param name="member">What is to be known of it, with both digests.</param>
    public void Relocated(string path, RelocatedMember member)
    {
        Byte((byte)ListingItem.Relocated);
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
        Byte((byte)ListingItem.Kept);
        Text(path);
        Text(place);
    }

    /// <summary>The bytes of the list.</summary>
    public byte[] Finish()
    {
        Byte((byte)ListingItem.End);
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
