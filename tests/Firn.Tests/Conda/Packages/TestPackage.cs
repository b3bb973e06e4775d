using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Firn.Common;
using Firn.Common.Compression;
using ICSharpCode.SharpZipLib.BZip2;

namespace Firn.Tests.Conda.Packages;

/// <summary>Packages put together in memory, right or wrong.</summary>
internal static class TestPackage
{
    public const string Stem = "demo-1.0-0";

    /// <summary>The members in <c>info</c> of a package named demo.</summary>
    public static TarBytes Info(string? paths = null, string? index = null, string? link = null)
    {
        var tar = new TarBytes().File("info/index.json", index ?? Index());
        if (paths is not null)
        {
            tar.File("info/paths.json", paths);
        }

        return link is null ? tar : tar.File("info/link.json", link);
    }

    public static string Index(string name = "demo", string version = "1.0", string build = "0", string more = "") =>
        $$"""{"name": "{{name}}", "version": "{{version}}", "build": "{{build}}", "build_number": 0, "depends": [], "subdir": "linux-64"{{more}}}""";

    /// <summary>A list of paths; those with a content have its digest and size.</summary>
    public static string Paths(params (string Path, string? Content)[] paths) => PathsOf([.. paths.Select(path =>
    {
        var entry = new JsonObject { ["_path"] = path.Path, ["path_type"] = path.Content is null ? "softlink" : "hardlink" };
        if (path.Content is { } content)
        {
            var bytes = Encoding.UTF8.GetBytes(content);
            entry["sha256"] = Sha256Digest.Of(bytes).Hex;
            entry["size_in_bytes"] = bytes.Length;
        }

        return entry;
    })]);

    public static string PathsOf(params JsonObject[] entries) =>
        JsonSerializer.Serialize(new JsonObject { ["paths_version"] = 1, ["paths"] = new JsonArray([.. entries]) });

    public static byte[] Bzip2(byte[] tar)
    {
        var bytes = new MemoryStream();
        using (var stream = new BZip2OutputStream(bytes) { IsStreamOwner = false })
        {
            stream.Write(tar);
        }

        return bytes.ToArray();
    }

    public static byte[] Zstandard(byte[] content)
    {
        var bytes = new MemoryStream();
        using var compressor = CompressionFormat.Zstandard.Compress(
            new StreamSink(bytes), new CompressionSettings { Level = 3, Length = content.Length });
        compressor.Write(content);
        compressor.Finish();
        return bytes.ToArray();
    }

    public static byte[] Conda(byte[] package, byte[] info, string metadata = """{"conda_pkg_format_version": 2}""") => Zip(
        ("metadata.json", Encoding.UTF8.GetBytes(metadata)),
        ($"pkg-{Stem}.tar.zst", Zstandard(package)),
        ($"info-{Stem}.tar.zst", Zstandard(info)));

    public static byte[] Zip(params (string Name, byte[] Content)[] members) => Zip(CompressionLevel.NoCompression, members);

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] members)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in members)
            {
                using var stream = zip.CreateEntry(name, level).Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private sealed class StreamSink(Stream stream) : IByteSink
    {
        public void Write(ReadOnlySpan<byte> bytes) => stream.Write(bytes);
    }
}
