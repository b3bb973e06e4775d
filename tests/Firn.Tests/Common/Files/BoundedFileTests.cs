using System.Diagnostics;
using Firn.Common.Files;

namespace Firn.Tests.Common.Files;

public sealed class BoundedFileTests
{
    [Fact]
    public void Read_gives_all_bytes_of_a_file_within_the_limit()
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        var content = BoundedFile.Read(folder.Write("file", bytes), bytes.Length);

        Assert.True(content.IsComplete);
        Assert.Equal(bytes, content.Bytes.ToArray());
    }

    [Fact]
    public void Read_gives_the_start_of_a_file_over_the_limit()
    {
        using var folder = new TemporaryFolder();
        var content = BoundedFile.Read(folder.Write("file", "0123456789"), 4);

        Assert.Equal(FileReadStatus.TooLarge, content.Status);
        Assert.Equal("0123"u8.ToArray(), content.Bytes.ToArray());
    }

    [Fact]
    public void Read_says_why_there_is_nothing()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(FileReadStatus.Missing, BoundedFile.Read(folder["none"], 10).Status);
        Assert.Equal(FileReadStatus.Missing, BoundedFile.Read(folder["none\0"], 10).Status);
        Assert.Equal(FileReadStatus.Unreadable, BoundedFile.Read(folder.Path, 10).Status);
    }

    [SkippableFact]
    public void Read_never_waits_for_a_writer()
    {
        Skip.If(OperatingSystem.IsWindows(), "FIFOs are a thing of Unix");
        using var folder = new TemporaryFolder();
        using (var mkfifo = Process.Start("mkfifo", folder["pipe"]))
        {
            mkfifo.WaitForExit();
        }

        Assert.Equal(FileReadStatus.Unreadable, BoundedFile.Read(folder["pipe"], 10).Status);
        Assert.Equal(FileReadStatus.TooLarge, BoundedFile.Read("/dev/zero", 10).Status);
    }
}
