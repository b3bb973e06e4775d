using System.Buffers.Binary;
using Firn.Host.Loading;

namespace Firn.Tests.Host.Loading;

public sealed class LdSoCacheHostileTests
{
    /// <summary>65,536 entries that all name one text of 4,095 characters: 1 GiB of strings from 1.6 MB.</summary>
    [Fact]
    public void Parse_many_entries_of_one_long_text_takes_little_memory()
    {
        const int Count = 64 * 1024;
        const int Header = 48;
        var text = Header + (Count * 24);
        var bytes = new byte[text + 4096];
        "glibc-ld.so.cache1.1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), Count);
        bytes[28] = 2;
        bytes.AsSpan(text, 4095).Fill((byte)'a');
        for (var i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Header + (i * 24) + 4), text);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Header + (i * 24) + 8), text);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var cache = LdSoCache.Parse(bytes);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 128 << 20);
        Assert.NotEqual(0, cache.Count);
    }
}
