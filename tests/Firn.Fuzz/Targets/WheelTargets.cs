using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Python.Wheels;

namespace Firn.Fuzz.Targets;

/// <summary>Wheels, which anybody may have published.</summary>
internal static class WheelTargets
{
    private const string FileName = "snow_depth-1.2-py3-none-any.whl";
    private const string Metadata = "snow_depth-1.2.dist-info";

    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        yield return new FuzzTarget
        {
            Name = "wheel",
            Seeds = [new FuzzSeed("stored.whl", Compose(CompressionLevel.NoCompression)), new FuzzSeed("deflated.whl", Compose(CompressionLevel.Optimal))],
            Tokens = [[.. "PK\u0001\u0002"u8], [.. "PK\u0003\u0004"u8], [.. "PK\u0005\u0006"u8], [.. "PK\u0006\u0006"u8], [.. "PK\u0006\u0007"u8], [0xff, 0xff, 0xff, 0xff]],
            Run = input => Read(scratch.Write("blob.whl", input)),
        };
        yield return new FuzzTarget
        {
            Name = "wheel-record",
            Seeds = SeedFolder.Load("record"),
            Tokens = Tokens.Record,
            Run = input => _ = WheelRecord.Read(input, static _ => false, []),
        };
        yield return new FuzzTarget
        {
            Name = "wheel-entry-points",
            Seeds = SeedFolder.Load("entry-points"),
            Tokens = Tokens.Settings,
            Run = input => _ = new LauncherComposer("python3.11").Compose(new EntryPointReader().Read(input)),
        };
    }

    private static void Read(string path)
    {
        using var wheel = WheelPackage.Open(path, new WheelTarget("python3.11", null, null, FileName), CancellationToken.None);
        var buffer = new byte[64 * 1024];
        using var sink = new BundleSink(new OutputBuffer(buffer, new DiscardingSink()));
        foreach (var member in wheel.Members)
        {
            var content = member.Content!;
            sink.Start(content.Length);
            content.WriteTo(sink);
            content.Check(sink.Finish()!);
        }
    }

    private static byte[] Compose(CompressionLevel level)
    {
        var files = new (string Path, string Text)[]
        {
            ("snow/__init__.py", "depth = 3\n"),
            ("snow_depth-1.2.data/scripts/measure", "#!python\nimport snow\n"),
            ($"{Metadata}/METADATA", "Metadata-Version: 2.1\nName: snow-depth\nVersion: 1.2\n"),
            ($"{Metadata}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"),
            ($"{Metadata}/entry_points.txt", "[console_scripts]\nsnow = snow:main\n"),
        };
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var record = new StringBuilder();
            foreach (var (path, text) in files)
            {
                Add(archive, level, path, text);
                var digest = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
                record.Append($"{path},sha256={digest.TrimEnd('=').Replace('+', '-').Replace('/', '_')},{text.Length}\n");
            }

            Add(archive, level, $"{Metadata}/RECORD", $"{record}{Metadata}/RECORD,,\n");
        }

        return bytes.ToArray();
    }

    private static void Add(ZipArchive archive, CompressionLevel level, string path, string text)
    {
        var entry = archive.CreateEntry(path, level);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
