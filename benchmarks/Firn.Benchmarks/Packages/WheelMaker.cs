using System.IO.Compression;
using System.Text;
using Firn.Common;

namespace Firn.Benchmarks.Packages;

/// <summary>Makes wheels as build backends do (Binary distribution format 1.0).</summary>
internal static class WheelMaker
{
    private static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string FileName(GeneratedPackage package) => $"{package.Module}-{package.Version}-{Tag(package)}.whl";

    public static void Write(GeneratedPackage package, string path)
    {
        var record = new StringBuilder();
        var folder = $"{package.Module}-{package.Version}.dist-info";
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var file in package.Files())
        {
            Add(file.Path, file.Content);
        }

        AddText("METADATA", $"""
            Metadata-Version: 2.1
            Name: {package.Name}
            Version: {package.Version}
            Summary: A package that was generated to be measured
            Requires-Python: >=3.8
            {(package.Needs is { } needed ? $"Requires-Dist: {needed} >=1.0\n" : string.Empty)}
            {package.Description}
            """);
        AddText("WHEEL", $"Wheel-Version: 1.0\nGenerator: firn-benchmarks\nRoot-Is-Purelib: {!package.IsCompiled}\nTag: {Tag(package)}\n");
        AddText("top_level.txt", package.Module + "\n");
        if (package.Command is { } command)
        {
            AddText("entry_points.txt", $"[console_scripts]\n{command} = {package.Module}:main\n");
        }

        record.Append($"{folder}/RECORD,,\n");
        Put($"{folder}/RECORD", Encoding.UTF8.GetBytes(record.ToString()));

        void AddText(string name, string text) => Add($"{folder}/{name}", Encoding.UTF8.GetBytes(text));

        void Add(string name, byte[] content)
        {
            record.Append($"{name},{RecordedDigest(content)},{content.Length}\n");
            Put(name, content);
        }

        void Put(string name, byte[] content)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
            entry.LastWriteTime = Time;
            entry.ExternalAttributes = Convert.ToInt32("100644", 8) << 16;
            using var stream = entry.Open();
            stream.Write(content);
        }
    }

    private static string Tag(GeneratedPackage package) =>
        package.IsCompiled ? "cp311-cp311-manylinux_2_17_x86_64" : "py3-none-any";

    /// <summary>URL-safe base64 without its padding (PEP 376, PEP 427).</summary>
    private static string RecordedDigest(byte[] content) =>
        "sha256=" + Convert.ToBase64String(Convert.FromHexString(Sha256Digest.Of(content).Hex))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
