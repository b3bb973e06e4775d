using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Firn.Common;
using Firn.Common.Compression;
using Firn.Conda.Packages;
using ICSharpCode.SharpZipLib.BZip2;

namespace Firn.Fuzz.Targets;

/// <summary>Packages as channels offer them: archives whole, and their tars and documents without the compression around them.</summary>
internal static class CondaArchiveTargets
{
    private const string Paths = """
        {"paths_version": 1, "paths": [{"_path": "bin/a", "path_type": "hardlink", "size_in_bytes": 1, "no_link": true,
        "file_mode": "text", "prefix_placeholder": "/opt/x"}, {"_path": "lib/l", "path_type": "softlink"},
        {"_path": "share", "path_type": "directory"}]}
        """;

    private const string Link = """
        {"package_metadata_version": 1, "noarch": {"type": "python", "entry_points": ["a = b:c.d"]}}
        """;

    private const string HasPrefix = "/opt/x text bin/a\n\"/opt/y z\" binary 'lib/l'\n";

    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        var tar = Tar();
        yield return new FuzzTarget
        {
            Name = "conda-archive",
            Seeds = [new FuzzSeed("package.conda", Zip(tar)), new FuzzSeed("package.tar.bz2", Bzip2(tar))],
            Tokens = [[.. "PK\x01\x02"u8], [.. "PK\x05\x06"u8], [.. "BZh9"u8], [0x28, 0xB5, 0x2F, 0xFD]],
            Run = input => Open(scratch, input, input.AsSpan().StartsWith("PK"u8) ? "a-1-0.conda" : "a-1-0.tar.bz2"),
            Cost = 20,
        };
        yield return new FuzzTarget
        {
            Name = "conda-archive-tar",
            Seeds = [new FuzzSeed("package.tar", tar)],
            Tokens = [[.. "ustar\000"u8], [.. "ustar  \0"u8], [.. "../"u8], [.. "12 path=abc\n"u8], [.. "00000000000\0"u8], new byte[512]],
            Run = ReadTar,
        };
        yield return new FuzzTarget
        {
            Name = "conda-archive-documents",
            Seeds =
            [
                new FuzzSeed("paths.json", Encoding.UTF8.GetBytes(Paths)), new FuzzSeed("link.json", Encoding.UTF8.GetBytes(Link)),
                new FuzzSeed("has_prefix", Encoding.UTF8.GetBytes(HasPrefix)),
            ],
            Tokens = Tokens.CondaRecord,
            Run = input => Open(scratch, Zip(Tar(input)), "a-1-0.conda"),
            Cost = 20,
        };
    }

    private static void Open(ScratchFolder scratch, byte[] input, string name)
    {
        try
        {
            using var archive = CondaArchive.Open(scratch.Write(name, input), name, scratch["unpacked"], CancellationToken.None);
            _ = archive.Install(new CondaInstallTarget { SitePackages = "lib/python3.11/site-packages", PythonVersion = "3.11" });
        }
        catch (FirnException)
        {
            // A refusal, as it should be.
        }
    }

    private static void ReadTar(byte[] input)
    {
        var failure = new PackageFailure("a-1-0.tar.bz2");
        using var spool = new UnpackSpool(Path.GetTempPath());
        try
        {
            using var stream = new MemoryStream(input, writable: false);
            var contents = new PackageContents(spool, failure);
            contents.Add(new PackageTarReader(stream, failure, new UnpackBudget(input.Length, failure, CancellationToken.None)));
            contents.CheckParents();
        }
        catch (FirnException)
        {
            // A refusal, as it should be.
        }
    }

    /// <summary>A package, or one whose documents all are the input.</summary>
    private static byte[] Tar(byte[]? document = null)
    {
        var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            Write(tar, "info/index.json", """{"name": "a", "version": "1", "build": "0"}"""u8.ToArray());
            if (document is null || document.AsSpan().IndexOf("paths"u8) >= 0)
            {
                Write(tar, "info/paths.json", document ?? Encoding.UTF8.GetBytes(Paths));
            }

            Write(tar, "info/link.json", document ?? Encoding.UTF8.GetBytes(Link));
            Write(tar, "info/files", document ?? "bin/a\n"u8.ToArray());
            Write(tar, "info/has_prefix", document ?? Encoding.UTF8.GetBytes(HasPrefix));
            Write(tar, "bin/a", [1]);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "lib/l") { LinkName = "../bin/a" });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "lib/h") { LinkName = "bin/a" });
        }

        return bytes.ToArray();
    }

    private static void Write(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });

    private static byte[] Bzip2(byte[] tar)
    {
        var bytes = new MemoryStream();
        using (var stream = new BZip2OutputStream(bytes, 1) { IsStreamOwner = false })
        {
            stream.Write(tar);
        }

        return bytes.ToArray();
    }

    private static byte[] Zip(byte[] tar)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in (ReadOnlySpan<(string, byte[])>)[
                ("metadata.json", """{"conda_pkg_format_version": 2}"""u8.ToArray()),
                ("pkg-a-1-0.tar.zst", Zstandard(new byte[1024])),
                ("info-a-1-0.tar.zst", Zstandard(tar))])
            {
                using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Zstandard(byte[] content)
    {
        var sink = new MemorySink();
        using var compressor = CompressionFormat.Zstandard.Compress(sink, new CompressionSettings { Level = -1, Length = content.Length });
        compressor.Write(content);
        compressor.Finish();
        return sink.Bytes.ToArray();
    }

    private sealed class MemorySink : IByteSink
    {
        public MemoryStream Bytes { get; } = new();

        public void Write(ReadOnlySpan<byte> bytes) => Bytes.Write(bytes);
    }
}
