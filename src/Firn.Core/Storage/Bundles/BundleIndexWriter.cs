using Firn.Common;

namespace Firn.Storage.Bundles;

/// <summary>Writes the index of a bundle.</summary>
internal static class BundleIndexWriter
{
    public static ReadOnlySpan<byte> Write(BundleIndex index)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", BundleFormat.Schema);
        json.String("compressed_sha256", index.CompressedDigest.Hex);
        json.Number("compressed_size", index.CompressedSize);
        json.String("compression", index.Compression);
        json.StartArray("files");
        foreach (var file in index.Files)
        {
            WriteFile(json, file);
        }

        json.EndArray();
        json.String("sha256", index.Digest?.Hex);
        json.Number("size", index.Size);
        json.EndObject();
        return json.WrittenDocument;
    }

    private static void WriteFile(CanonicalJsonWriter json, BundleIndexEntry file)
    {
        json.StartObject();
        json.Boolean("executable", file.IsExecutable ? true : null);
        json.String("link", file.LinkTarget);
        json.String("path", file.Path);
        if (file.Placeholder is { } placeholder)
        {
            json.StartObject("placeholder");
            json.String("mode", placeholder.IsBinary ? "binary" : "text");
            json.String("text", placeholder.Text);
            json.EndObject();
        }

        if (file.PrefixOffsets.Length > 0)
        {
            json.StartArray("prefix_offsets");
            foreach (var offset in file.PrefixOffsets)
            {
                json.NumberValue(offset);
            }

            json.EndArray();
        }

        json.String("sha256", file.Digest?.Hex);
        json.Number("size", file.IsFile ? file.Size : null);
        json.EndObject();
    }
}
