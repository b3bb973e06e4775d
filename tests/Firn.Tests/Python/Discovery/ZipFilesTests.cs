using System.Diagnostics;
using System.IO.Compression;
using Firn.Python.Discovery;

namespace Firn.Tests.Python.Discovery;

public sealed class ZipFilesTests
{
    /// <summary>Each reading opened the file again and read the names of all: a minute for these 8,000.</summary>
    [Fact]
    public void Read_many_files_of_one_zip_is_quick_and_right()
    {
        using var folder = new TemporaryFolder();
        const int Count = 8000;
        using (var archive = ZipFile.Open(folder["many.zip"], ZipArchiveMode.Create))
        {
            for (var i = 0; i < Count; i++)
            {
                using var stream = archive.CreateEntry($"p{i}-1.dist-info/METADATA", CompressionLevel.NoCompression).Open();
                stream.Write(System.Text.Encoding.ASCII.GetBytes($"Name: p{i}\n"));
            }
        }

        var zip = ZipFiles.Open(folder["many.zip"])!;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal($"Name: p{i}\n", System.Text.Encoding.ASCII.GetString(zip.Read($"p{i}-1.dist-info/METADATA", 1024).Bytes));
        }

        Assert.False(zip.Read("absent", 1024).IsComplete);
        Assert.Equal(Count, zip.Names.Count);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Open_what_is_no_zip_gives_nothing()
    {
        using var folder = new TemporaryFolder();

        Assert.Null(ZipFiles.Open(folder.Write("x.egg", "PK\u0005\u0006")));
        Assert.Null(ZipFiles.Open(folder.Write("empty.egg")));
        Assert.Null(ZipFiles.Open(folder["absent.egg"]));
        Assert.Null(ZipFiles.Open(folder.Path));
    }
}
