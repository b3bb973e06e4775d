using Microsoft.Win32.SafeHandles;

namespace Firn.Python.Wheels.Zip;

/// <summary>Reads whole pieces of a file; several threads may at once.</summary>
internal static class ZipBytes
{
    /// <exception cref="ZipFormatException">The file is shorter.</exception>
    public static void Read(SafeFileHandle file, long offset, Span<byte> bytes)
    {
        if (ReadUpTo(file, offset, bytes) < bytes.Length)
        {
            throw new ZipFormatException("it was cut off");
        }
    }

    public static int ReadUpTo(SafeFileHandle file, long offset, Span<byte> bytes)
    {
        var length = 0;
        while (length < bytes.Length)
        {
            var count = RandomAccess.Read(file, bytes[length..], offset + length);
            if (count == 0)
            {
                break;
            }

            length += count;
        }

        return length;
    }
}
