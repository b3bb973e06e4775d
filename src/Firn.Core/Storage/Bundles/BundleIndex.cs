using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Json;
using Firn.Common.Tar;

namespace Firn.Storage.Bundles;

/// <summary>The document beside a bundle: what is in it, without decompressing it (<c>firn.bundle/1</c>).</summary>
internal sealed record BundleIndex
{
    /// <summary>The digest of the tar, which is the bundle's id; <see langword="null"/> of bytecode, which has no identity.</summary>
    public required Sha256Digest? Digest { get; init; }

    /// <summary>The length of the tar in bytes.</summary>
    public required long Size { get; init; }

    /// <summary><c>zstd</c> or <c>gzip</c>.</summary>
    public required string Compression { get; init; }

    /// <summary>The digest of the file as it lies in the store.</summary>
    public required Sha256Digest CompressedDigest { get; init; }

    /// <summary>The length of that file in bytes.</summary>
    public required long CompressedSize { get; init; }

    /// <summary>The members in their order; empty where only the summary was read.</summary>
    public IReadOnlyList<BundleEntry> Files { get; init; } = [];
}

/// <summary>Reads the index of a bundle. An unknown member is passed over.</summary>
internal static class BundleIndexReader
{
    /// <summary>The longest index that is read: a million members and more.</summary>
    public const int MaximumLength = 512 << 20;

    /// <param name="document">The bytes of the index.</param>
    /// <param name="withFiles">Whether the members are wanted, or only the summary.</param>
    /// <exception cref="FormatException">The bytes are not an index. The message says why.</exception>
    public static BundleIndex Read(ReadOnlySpan<byte> document, bool withFiles)
    {
        try
        {
            return ReadDocument(document, withFiles);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException($"not an index that can be read: {JsonFailure.Reason(exception)}", exception);
        }
    }

    private static BundleIndex ReadDocument(ReadOnlySpan<byte> document, bool withFiles)
    {
        var reader = new Utf8JsonReader(document);
        string? schema = null, compression = null, digest = null, compressed = null;
        long size = -1, compressedSize = -1;
        List<BundleEntry>? files = null;
        StartObject(ref reader);
        while (NextName(ref reader, out var name))
        {
            switch (name)
            {
                case "schema":
                    schema = reader.GetString();
                    break;
                case "compression":
                    compression = reader.GetString();
                    break;
                case "sha256":
                    digest = reader.GetString();
                    break;
                case "compressed_sha256":
                    compressed = reader.GetString();
                    break;
                case "size":
                    size = Number(ref reader, name);
                    break;
                case "compressed_size":
                    compressedSize = Number(ref reader, name);
                    break;
                case "files" when withFiles:
                    files = ReadFiles(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        _ = reader.Read();
        Require(schema == BundleFormat.Schema, $"its schema is {schema ?? "missing"}, not {BundleFormat.Schema}");
        Require(size >= 0 && compressedSize >= 0, "`size` or `compressed_size` is missing");
        Require(!withFiles || files is not null, "`files` is missing");
        return new BundleIndex
        {
            Digest = digest is null ? null : Digest(digest, "sha256"),
            Size = size,
            Compression = compression ?? throw new FormatException("`compression` is missing"),
            CompressedDigest = Digest(compressed, "compressed_sha256"),
            CompressedSize = compressedSize,
            Files = files ?? [],
        };
    }

    private static List<BundleEntry> ReadFiles(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartArray, "`files` is not an array");
        var files = new List<BundleEntry>();
        var order = new TarPathOrder();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var file = ReadFile(ref reader);
            var problem = TarPath.FindProblem(file.Path)
                ?? (file.LinkTarget is { } target ? TarPath.FindTargetProblem(target) : null)
                ?? order.Next(file.Path);
            Require(problem is null, $"{file.Path}: {problem}");
            files.Add(file);
        }

        return files;
    }

    private static BundleEntry ReadFile(ref Utf8JsonReader reader)
    {
        string? path = null, link = null, digest = null;
        var isExecutable = false;
        long? size = null;
        ImmutableArray<long> offsets = [];
        PrefixPlaceholder? placeholder = null;
        Require(reader.TokenType == JsonTokenType.StartObject, "a member of `files` is not an object");
        while (NextName(ref reader, out var name))
        {
            switch (name)
            {
                case "path":
                    path = reader.GetString();
                    break;
                case "link":
                    link = reader.GetString();
                    break;
                case "sha256":
                    digest = reader.GetString();
                    break;
                case "executable":
                    isExecutable = reader.GetBoolean();
                    break;
                case "size":
                    size = Number(ref reader, name);
                    break;
                case "prefix_offsets":
                    offsets = ReadOffsets(ref reader);
                    break;
                case "placeholder":
                    placeholder = ReadPlaceholder(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        Require(path is not null, "a member of `files` has no path");
        Require(digest is null || size is not null, $"{path}: a sha256 and no size");
        Require(size is null || link is null, $"{path}: both file and link");
        var kind = size is not null ? TarEntryKind.File
            : link is not null ? TarEntryKind.Link : TarEntryKind.Directory;
        var problem = BundlePaxRecords.FindProblem(kind, size ?? 0, placeholder, offsets);
        Require(problem is null, $"{path}: {problem}");
        return new BundleEntry
        {
            Path = path!,
            LinkTarget = link,
            IsExecutable = isExecutable,
            Kind = kind,
            Digest = digest is null ? null : Digest(digest, "sha256"),
            Size = size ?? 0,
            PrefixOffsets = offsets,
            Placeholder = placeholder,
        };
    }

    private static ImmutableArray<long> ReadOffsets(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartArray, "`prefix_offsets` is not an array");
        var offsets = ImmutableArray.CreateBuilder<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            offsets.Add(Number(ref reader, "prefix_offsets"));
        }

        return offsets.DrainToImmutable();
    }

    private static PrefixPlaceholder ReadPlaceholder(ref Utf8JsonReader reader)
    {
        string? mode = null, text = null;
        Require(reader.TokenType == JsonTokenType.StartObject, "`placeholder` is not an object");
        while (NextName(ref reader, out var name))
        {
            if (name == "mode")
            {
                mode = reader.GetString();
            }
            else if (name == "text")
            {
                text = reader.GetString();
            }
            else
            {
                reader.Skip();
            }
        }

        Require(mode is "text" or "binary" && text is not null, "a placeholder has no valid mode or no text");
        return new PrefixPlaceholder(mode == "binary", text!);
    }

    private static void StartObject(ref Utf8JsonReader reader) =>
        Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "it is not an object");

    /// <summary>Goes to the value of the next member; <see langword="false"/> at the object's end.</summary>
    private static bool NextName(ref Utf8JsonReader reader, out string name)
    {
        Require(reader.Read(), "it ends too early");
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            name = string.Empty;
            return false;
        }

        name = reader.GetString()!;
        Require(reader.Read(), "it ends too early");
        return true;
    }

    private static long Number(ref Utf8JsonReader reader, string name) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= 0
            ? number
            : throw new FormatException($"`{name}` is not a length");

    private static Sha256Digest Digest(string? text, string name) =>
        Sha256Digest.TryParse(text, out var digest) ? digest : throw new FormatException($"`{name}` is not a digest");

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FormatException(problem);
        }
    }
}

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

    private static void WriteFile(CanonicalJsonWriter json, BundleEntry file)
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
        json.Number("size", file.Kind == TarEntryKind.File ? file.Size : null);
        json.EndObject();
    }
}
