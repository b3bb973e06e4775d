using System.Buffers.Binary;
using Firn.Common.Files;

namespace Firn.Python.Installation;

/// <summary>
/// The header of a <c>.pyc</c> file (PEP 552): magic number, flags, then time and size of the source, or a hash of it.
/// Python before 3.7 has no flags.
/// </summary>
/// <param name="hasFlags">Whether the Python is 3.7 or later.</param>
internal readonly struct BytecodeHeader(bool hasFlags)
{
    /// <summary>The longest header, in bytes.</summary>
    public const int MostBytes = 16;

    /// <summary>How many bytes the header has.</summary>
    public int Length => hasFlags ? 16 : 12;

    /// <summary>Where the four bytes of the source's time stand.</summary>
    public int TimeOffset => Length - 8;

    /// <summary>Whether Python would take the bytecode for that of the source, by what the file system says of it.</summary>
    public bool IsValidFor(ReadOnlySpan<byte> header, FileStat source)
    {
        if (header.Length < Length || header[2] != (byte)'\r' || header[3] != (byte)'\n')
        {
            return false;
        }

        return IsHashed(header)
            || (BinaryPrimitives.ReadUInt32LittleEndian(header[TimeOffset..]) == (uint)source.ModifiedSeconds
                && BinaryPrimitives.ReadUInt32LittleEndian(header[(TimeOffset + 4)..]) == (uint)source.Size);
    }

    /// <summary>Whether the header holds a hash of the source in place of its time.</summary>
    public bool IsHashed(ReadOnlySpan<byte> header) =>
        hasFlags && header.Length >= 8 && (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) & 1) != 0;
}
