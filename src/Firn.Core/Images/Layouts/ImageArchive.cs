using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text.Json;
using Firn.Common.Compression;

namespace Firn.Images.Layouts;

/// <summary>Writes an image as the archive that every engine loads, under a name of the caller's.</summary>
internal static class ImageArchive
{
    private static ReadOnlySpan<byte> ZstandardMagic => [0x28, 0xb5, 0x2f, 0xfd];

    /// <summary>Writes it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">The only name that it gets: none of those that it brings, which may be other images' here.</param>
    /// <param name="file">The file, which is not there yet.</param>
    /// <param name="cancellation">Ends writing.</param>
    /// <exception cref="IOException">There is no room, or a layer is damaged.</exception>
    public static void Write(ImageLayout image, ImageReference name, string file, CancellationToken cancellation)
    {
        using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        using var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        Add(writer, "config.json", new MemoryStream(image.Configuration.ToArray()));
        var layers = ImmutableArray.CreateBuilder<string>();
        foreach (var layer in image.Layers)
        {
            cancellation.ThrowIfCancellationRequested();
            layers.Add($"layer-{layers.Count}.tar");
            using var content = Readable(layer, file);
            Add(writer, layers[^1], content);
        }

        Add(writer, "manifest.json", new MemoryStream(Manifest(name, layers)));
    }

    private static byte[] Manifest(ImageReference name, IEnumerable<string> layers)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("Config", "config.json");
            WriteTexts(json, "RepoTags", [name.ToString()]);
            WriteTexts(json, "Layers", layers);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        return buffer.ToArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Add(TarWriter writer, string name, Stream content) =>
        writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content });

    /// <summary>A layer as engines of all ages take it: docker reads Zstandard from 23 on only.</summary>
    private static Stream Readable(LayoutLayer layer, string beside)
    {
        Span<byte> start = stackalloc byte[ZstandardMagic.Length];
        using (var begin = layer.Open())
        {
            if (begin.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.SequenceEqual(ZstandardMagic))
            {
                return layer.Open();
            }
        }

        var unpacked = new FileStream($"{beside}.layer", FileMode.Create, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        using var source = layer.Open();
        using var content = ZstandardFormat.DecompressForeign(source);
        content.CopyTo(unpacked);
        unpacked.Position = 0;
        return unpacked;
    }
}
