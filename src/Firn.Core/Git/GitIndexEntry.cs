using System.Buffers.Binary;
using Firn.Common.Files;

namespace Firn.Git;

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

    private readonly ReadOnlySpan<byte> _fixed = fixedPart;

    public ReadOnlySpan<byte> Path { get; } = path;

    public ReadOnlySpan<byte> ObjectId => _fixed[StatLength..];

    public uint ChangedSeconds => Field(0);

    public uint ChangedNanoseconds => Field(4);

    public uint ModifiedSeconds => Field(8);

    public uint ModifiedNanoseconds => Field(12);

    public uint Inode => Field(20);

    public uint Mode => Field(24);

    public uint Size => Field(36);

    /// <summary>One of the kinds above; anything else is no valid entry.</summary>
    public uint Kind => Mode & FileStat.KindMask;

    public bool IsExecutable => (Mode & 0x40) != 0;

    /// <summary>0, or which version of a merge.</summary>
    public int Stage => (flags >> 12) & 3;

    /// <summary><c>git update-index --assume-unchanged</c>.</summary>
    public bool IsAssumedUnchanged => (flags & 0x8000) != 0;

    /// <summary>Not to be checked out (git-sparse-checkout(1)).</summary>
    public bool IsSkipped => (extendedFlags & 0x4000) != 0;

    /// <summary>Whether a merge left several versions of the path.</summary>
    public bool IsUnmerged => (flags & 0x3000) != 0;

    /// <summary>Whether the user told git to take it for unchanged, or not to check it out.</summary>
    public bool IsIgnored => (flags & 0x8000) != 0 || (extendedFlags & 0x4000) != 0;

    /// <summary><c>git add --intent-to-add</c>: a name without a content.</summary>
    public bool IsIntentToAdd => (extendedFlags & 0x2000) != 0;

    private uint Field(int at) => BinaryPrimitives.ReadUInt32BigEndian(_fixed[at..]);
}
