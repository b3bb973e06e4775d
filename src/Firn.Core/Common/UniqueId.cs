namespace Firn.Common;

/// <summary>
/// New ids of 32 hexadecimal digits: UUIDs of version 4. The framework writes those with vectors that ready-to-run code may
/// not use, so that its code is compiled anew in every process.
/// </summary>
internal static class UniqueId
{
    public static string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = Guid.NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
        return Hex.Of(bytes);
    }
}
