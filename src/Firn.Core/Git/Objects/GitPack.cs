using System.Buffers.Binary;
using Firn.Common;
using Firn.Common.Files;
using Microsoft.Win32.SafeHandles;

namespace Firn.Git.Objects;

/// <summary>
/// Finds objects in a pack by its index of version 2 (git: Documentation/gitformat-pack). Only the few places that a
/// look-up needs are read.
/// </summary>
internal sealed class GitPack : IDisposable
{
    private const int Fanout = 8;
    private const int Ids = Fanout + (256 * 4);

    /// <summary>Commits are never larger.</summary>
    private const int MaxBytes = 1024 * 1024;

    /// <summary>git packs chains of 50, and of at most 4,095 (git-config(1), <c>pack.depth</c>).</summary>
    private const int MaxDeltas = 4095;
    private const int OffsetDelta = 6;
    private const int ReferenceDelta = 7;

    private static ReadOnlySpan<byte> Signature => [0xFF, (byte)'t', (byte)'O', (byte)'c', 0, 0, 0, 2];

    private readonly SafeFileHandle _index;
    private readonly SafeFileHandle _pack;
    private readonly int _hashLength;
    private readonly long _packLength;

    private GitPack(SafeFileHandle index, SafeFileHandle pack, int hashLength)
    {
        _index = index;
        _pack = pack;
        _hashLength = hashLength;
        _packLength = RandomAccess.GetLength(pack);
    }

    /// <summary>Opens an index and its pack; <see langword="null"/> where one is missing or of another version.</summary>
    public static GitPack? Open(string indexPath, int hashLength)
    {
        var index = BoundedFile.Open(indexPath, out _);
        if (index is null)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[8];
        var pack = Fill(index, 0, header) && header.SequenceEqual(Signature)
            ? BoundedFile.Open(Path.ChangeExtension(indexPath, ".pack"), out _)
            : null;
        if (pack is null)
        {
            index.Dispose();
            return null;
        }

        return new GitPack(index, pack, hashLength);
    }

    /// <summary>The start of a commit, or all of it; <see langword="null"/> if it is not in this pack.</summary>
    public byte[]? Read(ReadOnlySpan<byte> id, int most)
    {
        try
        {
            return Find(id) is { } offset && ReadAt(offset, most, MaxBytes) is { Kind: GitObjectKind.Commit } commit
                ? commit.Content
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A whole object of any kind; <see langword="null"/> if it is not in this pack, larger, or damaged.</summary>
    public GitObject? ReadObject(ReadOnlySpan<byte> id, int most)
    {
        try
        {
            return Find(id) is { } offset ? ReadAt(offset, int.MaxValue, most) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _index.Dispose();
        _pack.Dispose();
    }

    private long? Find(ReadOnlySpan<byte> id)
    {
        var first = id[0] == 0 ? 0 : Number(Fanout + ((id[0] - 1) * 4));
        var last = Number(Fanout + (id[0] * 4));
        var count = Number(Fanout + (255 * 4));
        if (first is null || last is null || count is null || last > count)
        {
            return null;
        }

        Span<byte> found = stackalloc byte[_hashLength];
        long low = first.Value;
        long high = last.Value;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (!Fill(_index, Ids + (middle * _hashLength), found))
            {
                return null;
            }

            var order = Bytes.Compare(id, found);
            if (order == 0)
            {
                return Offset(middle, count.Value);
            }

            (low, high) = order < 0 ? (low, middle) : (middle + 1, high);
        }

        return null;
    }

    private long? Offset(long position, long count)
    {
        var offsets = Ids + (count * (_hashLength + 4));
        if (Number(offsets + (position * 4)) is not { } offset || offset < 0x80000000)
        {
            return Number(offsets + (position * 4));
        }

        Span<byte> wide = stackalloc byte[8];
        var at = offsets + (count * 4) + ((offset & 0x7FFFFFFF) * 8);
        return Fill(_index, at, wide) ? BinaryPrimitives.ReadInt64BigEndian(wide) : null;
    }

    /// <summary>An object, or the start of one that is not a delta.</summary>
    private GitObject? ReadAt(long offset, int start, int most)
    {
        var deltas = new Stack<byte[]>();
        long pending = 0;
        while (deltas.Count <= MaxDeltas)
        {
            if (!ReadHeader(offset, out var kind, out var size, out var data, out var basis) || size > most)
            {
                return null;
            }

            if (kind is >= (int)GitObjectKind.Commit and <= (int)GitObjectKind.Tag)
            {
                var content = Inflate(data, deltas.Count > 0 ? (int)size : Math.Min(start, (int)size));
                content = content is null ? null : GitDelta.Apply(content, deltas, most);
                return content is null ? null : new GitObject((GitObjectKind)kind, content);
            }

            // A chain of deltas as long as allowed must not need memory without end.
            pending += size;
            if (pending > 2L * most || basis is not { } next || Inflate(data, (int)size) is not { } delta)
            {
                return null;
            }

            deltas.Push(delta);
            offset = next;
        }

        return null;
    }

    /// <summary>The kind and size of an object, where its data starts, and where the object is that it is a delta to.</summary>
    private bool ReadHeader(long offset, out int kind, out long size, out long data, out long? basis)
    {
        Span<byte> bytes = stackalloc byte[64];
        (kind, size, data, basis) = (0, 0, 0, null);
        if (offset < 12 || offset >= _packLength)
        {
            return false;
        }

        // The checksum at the end of the pack is always behind an object, so 32 bytes suffice even there.
        bytes = bytes[..RandomAccess.Read(_pack, bytes, offset)];
        var at = 0;
        var shift = 4;
        if (bytes.Length < 2 + _hashLength)
        {
            return false;
        }

        kind = (bytes[0] >> 4) & 7;
        size = bytes[0] & 15;
        while ((bytes[at++] & 128) != 0)
        {
            if (at > 5)
            {
                return false;
            }

            size |= (long)(bytes[at] & 127) << shift;
            shift += 7;
        }

        return ReadBase(bytes, offset, kind, ref at, out data, out basis);
    }

    private bool ReadBase(
        ReadOnlySpan<byte> bytes, long offset, int kind, ref int at, out long data, out long? basis)
    {
        basis = null;
        if (kind == OffsetDelta)
        {
            long distance = -1;
            byte c;
            do
            {
                if (at >= 16)
                {
                    data = 0;
                    return false;
                }

                c = bytes[at++];
                distance = ((distance + 1) << 7) | (uint)(c & 127);
            }
            while ((c & 128) != 0);
            basis = distance > 0 ? offset - distance : null;
        }
        else if (kind == ReferenceDelta && at + _hashLength <= bytes.Length)
        {
            basis = Find(bytes.Slice(at, _hashLength));
            at += _hashLength;
        }

        data = offset + at;
        return true;
    }

    private byte[]? Inflate(long offset, int size)
    {
        // zlib's own bound on the length of what it could not make smaller.
        var compressed = new byte[Math.Min(size + (size >> 10) + 1024, Math.Max(0, _packLength - offset))];
        var length = RandomAccess.Read(_pack, compressed, offset);
        var content = GitCommitReader.Inflate(compressed.AsMemory(0, length), size);
        return content.Length == size ? content : null;
    }

    private uint? Number(long at)
    {
        Span<byte> bytes = stackalloc byte[4];
        return Fill(_index, at, bytes) ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : null;
    }

    private static bool Fill(SafeFileHandle handle, long at, Span<byte> bytes) =>
        RandomAccess.Read(handle, bytes, at) == bytes.Length;
}
