using System.Buffers.Binary;

namespace Firn.Host;

/// <summary>The names of the <c>glibc-hwcaps</c> folders at the end of <c>ld.so.cache</c> (glibc 2.33 and later).</summary>
internal static class LdSoCacheExtension
{
    private const uint Magic = 0xeaa42174;
    private const uint HardwareLevelsTag = 1;
    private const int MostSections = 64;
    private const int MostLevels = 256;

    public static IReadOnlyList<string> HardwareLevels(ReadOnlySpan<byte> cache)
    {
        var start = BinaryPrimitives.ReadUInt32LittleEndian(cache[32..]);
        if (start == 0 || start > cache.Length - 8)
        {
            return [];
        }

        var extension = cache[(int)start..];
        var count = BinaryPrimitives.ReadUInt32LittleEndian(extension[4..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(extension) != Magic || count > MostSections)
        {
            return [];
        }

        for (var i = 0; i < (int)count && extension.Length >= 8 + ((i + 1) * 16); i++)
        {
            var section = extension.Slice(8 + (i * 16), 16);
            if (BinaryPrimitives.ReadUInt32LittleEndian(section) == HardwareLevelsTag)
            {
                return Names(
                    cache,
                    BinaryPrimitives.ReadUInt32LittleEndian(section[8..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(section[12..]));
            }
        }

        return [];
    }

    private static List<string> Names(ReadOnlySpan<byte> cache, uint offset, uint size)
    {
        var names = new List<string>();
        for (var i = 0; i < Math.Min(size / 4, MostLevels) && offset + ((i + 1L) * 4) <= cache.Length; i++)
        {
            var name = BinaryPrimitives.ReadUInt32LittleEndian(cache[(int)(offset + (i * 4L))..]);
            names.Add(LdSoCache.Text(cache, name) ?? string.Empty);
        }

        return names;
    }
}
