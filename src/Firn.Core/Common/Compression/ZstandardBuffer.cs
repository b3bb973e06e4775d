using System.Runtime.InteropServices;

namespace Firn.Common.Compression;

/// <summary><c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>, which have one layout.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstandardBuffer
{
    public byte* Bytes;
    public nuint Length;
    public nuint Position;
}
