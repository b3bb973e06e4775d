using Firn.Common.Files;

namespace Firn.Tests.Common.Files;

public sealed class FileStatTests
{
    private static readonly FileStat File = new() { Mode = 0x81A4, Inode = 7, Device = 1, Size = 3, ModifiedSeconds = 4, ModifiedNanoseconds = 5, ChangedSeconds = 6, ChangedNanoseconds = 8 };

    [Fact]
    public void A_mount_of_the_same_files_is_no_change() => Assert.Equal(Bytes(File), Bytes(File with { Device = 2 }));

    [Fact]
    public void Whatever_a_write_changes_is_one() => Assert.All(
        [
            File with { Size = 9 }, File with { ModifiedSeconds = 9 }, File with { ModifiedNanoseconds = 9 }, File with { ChangedSeconds = 9 },
            File with { ChangedNanoseconds = 9 }, File with { Inode = 9 }, File with { Mode = 0x81ED },
        ],
        static changed => Assert.NotEqual(Bytes(File), Bytes(changed)));

    private static byte[] Bytes(FileStat stat)
    {
        var bytes = new byte[FileStat.ByteCount];
        stat.CopyTo(bytes);
        return bytes;
    }
}
