using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Firn.Common;
using Firn.Common.Compression;

namespace Firn.Benchmarks.Packages;

/// <summary>Makes conda packages of the second format (CEP 34, CEP 35).</summary>
internal static class CondaMaker
{
    /// <summary>conda-build pads a placeholder to 255 bytes.</summary>
    private static readonly string Placeholder = "/home/build/" + string.Concat(Enumerable.Repeat("_placehold", 25))[..243];

    private static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Subdirectory(GeneratedPackage package) => package.IsCompiled ? "linux-64" : "noarch";

    public static string FileName(GeneratedPackage package) => Stem(package) + ".conda";

    public static void Write(GeneratedPackage package, string path)
    {
        var site = package.IsCompiled ? "lib/python3.11/site-packages/" : "site-packages/";
        var files = package.Files(Placeholder).Select(file => file with { Path = site + file.Path }).Append(new PackageFile(
            $"{site}{package.Module}-{package.Version}.dist-info/METADATA",
            Encoding.UTF8.GetBytes(
                $"Metadata-Version: 2.1\nName: {package.Name}\nVersion: {package.Version}\n\n{package.Description}")));
        var commands = package.Command is { } command ? $"\"{command} = {package.Module}:main\"" : string.Empty;
        var link = package.IsCompiled
            ? null
            : $$"""{"noarch": {"entry_points": [{{commands}}], "type": "python"}, "package_metadata_version": 1}""";
        Write(path, Stem(package), Index(package), link, files);
    }

    /// <summary>A Python that nobody can run: the packages are for one.</summary>
    public static void WritePython(string path) => Write(
        path,
        "python-3.11.7-hab00c5b_1_cpython",
        """{"arch": "x86_64", "build": "hab00c5b_1_cpython", "build_number": 1, "depends": [], "name": "python", "platform": "linux", "subdir": "linux-64", "version": "3.11.7"}""",
        link: null,
        [
            new PackageFile("bin/python3.11", CompiledLibrary.Create(new FixedRandom(3), 6_000_000, Placeholder)),
            new PackageFile("lib/python3.11/os.py", new PythonText(new FixedRandom(4)).Module(30_000)),
        ]);

    private static string Stem(GeneratedPackage package) =>
        $"{package.Name}-{package.Version}-{Build(package)}";

    private static string Build(GeneratedPackage package) => package.IsCompiled ? "py311h0123456_0" : "pyhd8ed1ab_0";

    private static string Index(GeneratedPackage package)
    {
        var noarch = package.IsCompiled ? string.Empty : "\"noarch\": \"python\", ";
        var needs = package.Needs is { } needed ? $", \"{needed} >=1.0\"" : string.Empty;
        return $$"""
            {"build": "{{Build(package)}}", "build_number": 0, "depends": ["python >=3.8"{{needs}}], "name": "{{package.Name}}", {{noarch}}"subdir": "{{Subdirectory(package)}}", "version": "{{package.Version}}"}
            """;
    }

    private static void Write(string path, string stem, string index, string? link, IEnumerable<PackageFile> files)
    {
        var paths = new StringBuilder("{\"paths_version\": 1, \"paths\": [");
        var separator = string.Empty;
        var payload = new MemoryStream();
        using (var tar = new TarWriter(payload, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var file in files)
            {
                var placeholder = file.Content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Placeholder)) >= 0
                    ? $"\"file_mode\": \"binary\", \"prefix_placeholder\": \"{Placeholder}\", "
                    : string.Empty;
                paths.Append(
                    $$"""{{separator}}{"_path": "{{file.Path}}", {{placeholder}}"path_type": "hardlink", "sha256": "{{Sha256Digest.Of(file.Content).Hex}}", "size_in_bytes": {{file.Content.Length}}}""");
                separator = ", ";
                Add(tar, file.Path, file.Content, isExecutable: file.Path.StartsWith("bin/", StringComparison.Ordinal));
            }
        }

        paths.Append("]}");
        var info = new MemoryStream();
        using (var tar = new TarWriter(info, TarEntryFormat.Ustar, leaveOpen: true))
        {
            AddText(tar, "info/index.json", index);
            AddText(tar, "info/paths.json", paths.ToString());
            AddText(tar, "info/about.json", """{"summary": "A package that was generated to be measured"}""");
            if (link is not null)
            {
                AddText(tar, "info/link.json", link);
            }
        }

        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Put(zip, "metadata.json", """{"conda_pkg_format_version": 2}"""u8.ToArray());
        Put(zip, $"info-{stem}.tar.zst", Compressed(info));
        Put(zip, $"pkg-{stem}.tar.zst", Compressed(payload));
    }

    private static void AddText(TarWriter tar, string name, string text) =>
        Add(tar, name, Encoding.UTF8.GetBytes(text), isExecutable: false);

    private static void Add(TarWriter tar, string name, byte[] content, bool isExecutable) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream(content),
            Mode = (UnixFileMode)Convert.ToInt32(isExecutable ? "755" : "644", 8),
            ModificationTime = Time,
        });

    private static void Put(ZipArchive zip, string name, byte[] content)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = Time;
        using var stream = entry.Open();
        stream.Write(content);
    }

    /// <summary>Not as hard as conda-build does it, which would take minutes; what it costs to decompress is the same.</summary>
    private static byte[] Compressed(MemoryStream tar)
    {
        using var output = new OutputStream();
        using var compressor = CompressionFormat.Zstandard.Compress(output, new CompressionSettings { Level = 4, Length = tar.Length });
        compressor.Write(tar.GetBuffer().AsSpan(0, (int)tar.Length));
        compressor.Finish();
        return output.ToArray();
    }

    private sealed class OutputStream : MemoryStream, IByteSink;
}
