using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Linking;
using Firn.Conda.Prefixes;

namespace Firn.Tests.Conda.Linking;

public sealed class LargeFileTests
{
    private const long Size = 200L << 20;

    [Fact]
    public void A_package_of_200_MB_is_read_in_little_memory()
    {
        using var folder = new TemporaryFolder();
        var placeholder = new CondaPlaceholder("/" + new string('p', 254), true);
        var published = Large(folder["published"], placeholder.Text);
        var installed = Large(folder["prefix/lib/large.so"], "/opt/env");
        var json = $$"""
            {"name": "large", "version": "1", "build": "0", "paths_data": {"paths_version": 1, "paths": [{"_path": "lib/large.so",
             "path_type": "hardlink", "file_mode": "binary", "prefix_placeholder": "{{placeholder.Text}}", "sha256": "{{published.Hex}}" } ] } }
            """;
        var record = CondaFileRecordReader.Read(Encoding.UTF8.GetBytes(json), out _)!;
        var before = GC.GetAllocatedBytesForCurrentThread();

        var members = CondaPackageMembers.Read(record, folder["prefix"], ["/opt/env"], CancellationToken.None);

        // All that was ever allocated, so never as much at once.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
        var member = Assert.Single(members.Members);
        Assert.Equal(CondaFileState.Published, member.State);
        Assert.Equal(installed, member.Observed);
    }

    /// <summary>A binary file with a path and the room that the placeholder leaves, at a thousand places; else zeros.</summary>
    private static Sha256Digest Large(string path, string prefix)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite))
        {
            RandomAccess.SetLength(file, Size);
            var text = Encoding.UTF8.GetBytes($"x\0{prefix}/lib:{prefix}/lib64\0");
            for (var i = 0; i < 1000; i++)
            {
                RandomAccess.Write(file, text, i * (Size / 1000));
                RandomAccess.Write(file, "end"u8, (i * (Size / 1000)) + 2000);
            }
        }

        using var source = FileByteSource.Open(path, out _)!;
        return source.Digest();
    }
}
