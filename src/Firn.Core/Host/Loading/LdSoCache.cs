using System.Buffers.Binary;
using System.Text;
using Firn.Common.Files;
using Firn.Host.Binaries;

namespace Firn.Host.Loading;

/// <summary>
/// Reads <c>/etc/ld.so.cache</c> in the format of glibc 2.2 and later, also where it stands after the old one
/// (glibc: sysdeps/generic/dl-cache.h). A cache that is missing, broken or of the other byte order is empty, as the
/// loader has it.
/// </summary>
internal sealed class LdSoCache
{
    private const int SizeLimit = 16 * 1024 * 1024;
    private const int MaxEntries = 64 * 1024;
    // Entries may all point to one long text; the names and paths of a real cache have 100,000 characters.
    private const int MaxCharacters = 16 * 1024 * 1024;
    private const int HeaderSize = 48;
    private const int EntrySize = 24;
    private const int OldHeaderSize = 16;
    private const int OldEntrySize = 12;

    private readonly Dictionary<string, List<LdSoCacheEntry>> _entries = new(StringComparer.Ordinal);

    private LdSoCache()
    {
    }

    /// <summary>How many libraries it lists.</summary>
    public int Count { get; private set; }

    public static LdSoCache Read(string path)
    {
        var content = BoundedFile.Read(path, SizeLimit);
        return content.IsComplete ? Parse(content.Bytes) : new LdSoCache();
    }

    public static LdSoCache Parse(ReadOnlySpan<byte> bytes)
    {
        var cache = new LdSoCache();
        var start = NewFormat(bytes);
        if (start >= 0)
        {
            cache.ReadEntries(bytes[start..]);
        }

        return cache;
    }

    /// <summary>The paths of a soname in the cache's order, which is the loader's.</summary>
    public IReadOnlyList<LdSoCacheEntry> Find(string soname) =>
        _entries.TryGetValue(soname, out var found) ? found : [];

    /// <summary>Every entry, for comparison with <c>ldconfig -p</c>.</summary>
    public IEnumerable<KeyValuePair<string, List<LdSoCacheEntry>>> All => _entries;

    private static int NewFormat(ReadOnlySpan<byte> bytes)
    {
        var magic = "glibc-ld.so.cache1.1"u8;
        if (bytes.StartsWith(magic))
        {
            return 0;
        }

        if (!bytes.StartsWith("ld.so-1.7.0"u8) || bytes.Length < OldHeaderSize)
        {
            return -1;
        }

        // The new header follows the old entries, aligned for its 64-bit members.
        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        var end = OldHeaderSize + ((long)count * OldEntrySize);
        foreach (var start in (ReadOnlySpan<long>)[(end + 7) & ~7L, (end + 3) & ~3L])
        {
            if (start <= bytes.Length - HeaderSize && bytes[(int)start..].StartsWith(magic))
            {
                return (int)start;
            }
        }

        return -1;
    }

    private void ReadEntries(ReadOnlySpan<byte> bytes)
    {
        // Flags: 0 from before glibc 2.33, 2 little endian, 3 big endian.
        if (bytes.Length < HeaderSize || (bytes[28] & 3) is 1 or 3)
        {
            return;
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]);
        if (count > MaxEntries || HeaderSize + ((long)count * EntrySize) > bytes.Length)
        {
            return;
        }

        var levels = LdSoCacheExtension.HardwareLevels(bytes);
        var characters = 0;
        for (var i = 0; i < (int)count; i++)
        {
            var entry = bytes.Slice(HeaderSize + (i * EntrySize), EntrySize);
            var name = Text(bytes, BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]));
            var path = Text(bytes, BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
            if (name is null || path is null)
            {
                continue;
            }

            characters += name.Length + path.Length;
            if (characters > MaxCharacters)
            {
                return;
            }

            var hardware = BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]);
            Add(name, path, BinaryPrimitives.ReadInt32LittleEndian(entry), hardware, levels);
        }
    }

    private void Add(string name, string path, int flags, ulong hardware, IReadOnlyList<string> levels)
    {
        string? level = null;
        if (hardware != 0)
        {
            // DL_CACHE_HWCAP_EXTENSION: the low half is an index. Older masks are ignored since glibc 2.37.
            var index = (uint)hardware;
            if (hardware >> 32 != 1UL << 30 || index >= levels.Count)
            {
                return;
            }

            level = levels[(int)index];
        }

        if (!_entries.TryGetValue(name, out var list))
        {
            list = new List<LdSoCacheEntry>(1);
            _entries.Add(name, list);
        }

        list.Add(new LdSoCacheEntry(path, flags, level));
        Count++;
    }

    internal static string? Text(ReadOnlySpan<byte> bytes, uint offset)
    {
        const int MaxLength = 4096;
        if (offset >= bytes.Length)
        {
            return null;
        }

        var rest = bytes[(int)offset..];
        rest = rest[..Math.Min(rest.Length, MaxLength)];
        var end = rest.IndexOf((byte)0);
        return end < 0 ? null : Encoding.UTF8.GetString(rest[..end]);
    }
}

/// <summary>One library of <c>ld.so.cache</c>.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Flags">Which ABI it is for, see <see cref="ElfMachine.CacheFlags"/>.</param>
/// <param name="HardwareLevel">The <c>glibc-hwcaps</c> folder it is from, for example <c>x86-64-v3</c>.</param>
internal sealed record LdSoCacheEntry(string Path, int Flags, string? HardwareLevel);

/// <summary>The names of the <c>glibc-hwcaps</c> folders at the end of <c>ld.so.cache</c> (glibc 2.33 and later).</summary>
internal static class LdSoCacheExtension
{
    private const uint Magic = 0xeaa42174;
    private const uint HardwareLevelsTag = 1;
    private const int MaxSections = 64;
    private const int MaxLevels = 256;

    public static IReadOnlyList<string> HardwareLevels(ReadOnlySpan<byte> cache)
    {
        var start = BinaryPrimitives.ReadUInt32LittleEndian(cache[32..]);
        if (start == 0 || start > cache.Length - 8)
        {
            return [];
        }

        var extension = cache[(int)start..];
        var count = BinaryPrimitives.ReadUInt32LittleEndian(extension[4..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(extension) != Magic || count > MaxSections)
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
        for (var i = 0; i < Math.Min(size / 4, MaxLevels) && offset + ((i + 1L) * 4) <= cache.Length; i++)
        {
            var name = BinaryPrimitives.ReadUInt32LittleEndian(cache[(int)(offset + (i * 4L))..]);
            names.Add(LdSoCache.Text(cache, name) ?? string.Empty);
        }

        return names;
    }
}
