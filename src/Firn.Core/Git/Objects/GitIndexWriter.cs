using System.Buffers.Binary;
using System.Security.Cryptography;
using Firn.Common;

namespace Firn.Git.Objects;

/// <summary>
/// Writes an index of version 2, or 3 where an entry needs it (git: Documentation/gitformat-index). Times and sizes
/// are 0, so that git compares contents the first time it looks, and equal entries give equal bytes.
/// </summary>
internal static class GitIndexWriter
{
    private const ushort AssumedUnchanged = 0x8000;
    private const ushort Extended = 0x4000;
    private const ushort Skipped = 0x4000;
    private const ushort IntentToAdd = 0x2000;

    /// <summary>The file's bytes.</summary>
    /// <param name="records">The entries in any order.</param>
    /// <param name="hashLength">20 for SHA-1, 32 for SHA-256.</param>
    public static byte[] Write(List<GitIndexRecord> records, int hashLength)
    {
        records.Sort(static (a, b) =>
        {
            var order = Bytes.Compare(a.Path, b.Path);
            return order != 0 ? order : a.Stage - b.Stage;
        });
        var isExtended = records.Exists(static record => record.IsSkipped || record.IsIntentToAdd);
        var index = new MemoryStream();
        index.Write("DIRC"u8);
        Word(index, isExtended ? 3u : 2u);
        Word(index, (uint)records.Count);
        foreach (var record in records)
        {
            Write(index, record);
        }

        var hash = hashLength == 32 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
        index.Write(CryptographicOperations.HashData(hash, index.GetBuffer().AsSpan(0, (int)index.Length)));
        return index.ToArray();
    }

    private static void Write(MemoryStream index, GitIndexRecord record)
    {
        var start = index.Length;
        Span<byte> stat = stackalloc byte[GitIndexEntry.StatLength];
        stat.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(stat[24..], record.Mode);
        index.Write(stat);
        index.Write(record.Id);
        var extended = (ushort)((record.IsSkipped ? Skipped : 0) | (record.IsIntentToAdd ? IntentToAdd : 0));
        var flags = (record.IsAssumedUnchanged ? AssumedUnchanged : 0) | (extended != 0 ? Extended : 0)
            | (record.Stage << 12) | Math.Min(record.Path.Length, 0xFFF);
        Half(index, (ushort)flags);
        if (extended != 0)
        {
            Half(index, extended);
        }

        index.Write(record.Path);
        // At least one NUL, up to a multiple of 8 bytes.
        do
        {
            index.WriteByte(0);
        }
        while ((index.Length - start) % 8 != 0);
    }

    private static void Half(MemoryStream index, ushort value)
    {
        index.WriteByte((byte)(value >> 8));
        index.WriteByte((byte)value);
    }

    private static void Word(MemoryStream index, uint value)
    {
        Half(index, (ushort)(value >> 16));
        Half(index, (ushort)value);
    }
}

/// <summary>An entry of an index that is written, without what the file system said of the file.</summary>
internal sealed record GitIndexRecord
{
    /// <summary>The path's bytes, relative to the work tree.</summary>
    public required byte[] Path { get; init; }

    public required uint Mode { get; init; }

    public required byte[] Id { get; init; }

    /// <summary>0, or which version of a merge.</summary>
    public int Stage { get; init; }

    public bool IsAssumedUnchanged { get; init; }

    /// <summary>Whether the file is not checked out, and so never counts as deleted.</summary>
    public bool IsSkipped { get; init; }

    public bool IsIntentToAdd { get; init; }
}
