using System.Reflection;
using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>The functions of libzstd in use, all of its stable interface (zstd.h, since 1.4.0).</summary>
internal static unsafe partial class ZstandardLibrary
{
    private const string Name = "libzstd";

    static ZstandardLibrary()
    {
        NativeLibrary.SetDllImportResolver(typeof(ZstandardLibrary).Assembly, Resolve);
        IsPresent = TryLoad(out _);
    }

    /// <summary>Whether the machine has it.</summary>
    public static bool IsPresent { get; }

    [LibraryImport(Name, EntryPoint = "ZSTD_createCCtx")]
    public static partial nint CreateCompressor();

    [LibraryImport(Name, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeCompressor(nint context);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetCompressorParameter(nint context, int parameter, int value);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_setPledgedSrcSize")]
    public static partial nuint SetContentSize(nint context, ulong size);

    [LibraryImport(Name, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint Compress(nint context, ZstandardBuffer* output, ZstandardBuffer* input, int end);

    [LibraryImport(Name, EntryPoint = "ZSTD_createDCtx")]
    public static partial nint CreateDecompressor();

    [LibraryImport(Name, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecompressor(nint context);

    [LibraryImport(Name, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetDecompressorParameter(nint context, int parameter, int value);

    [LibraryImport(Name, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decompress(nint context, ZstandardBuffer* output, ZstandardBuffer* input);

    [LibraryImport(Name, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint result);

    /// <summary>What a result that is an error means, for example "Data corruption detected".</summary>
    public static string Describe(nuint result) => Marshal.PtrToStringUTF8(ErrorName(result)) ?? "unknown error";

    [LibraryImport(Name, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint ErrorName(nuint result);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search) =>
        name == Name && TryLoad(out var library) ? library : 0;

    /// <summary>The names with a version come first: those without belong to development packages.</summary>
    private static bool TryLoad(out nint library)
    {
        string[] names = OperatingSystem.IsWindows() ? ["libzstd.dll", "zstd.dll"]
            : OperatingSystem.IsMacOS()
                ? ["libzstd.1.dylib", "/opt/homebrew/lib/libzstd.1.dylib", "/usr/local/lib/libzstd.1.dylib"]
                : ["libzstd.so.1", "libzstd.so"];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out library))
            {
                return true;
            }
        }

        library = 0;
        return false;
    }
}

/// <summary><c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>, which have one layout.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstandardBuffer
{
    public byte* Bytes;
    public nuint Length;
    public nuint Position;
}
