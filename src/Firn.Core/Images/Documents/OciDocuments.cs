using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Images.Documents;

/// <summary>What a blob or a manifest is (OCI image-spec, media-types.md), and what docker called it before.</summary>
internal static class MediaTypes
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Configuration = "application/vnd.oci.image.config.v1+json";
    public const string Layer = "application/vnd.oci.image.layer.v1.tar";
    public const string GzipLayer = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string ZstandardLayer = "application/vnd.oci.image.layer.v1.tar+zstd";
    public const string Empty = "application/vnd.oci.empty.v1+json";
    public const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerConfiguration = "application/vnd.docker.container.image.v1+json";
    public const string DockerGzipLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip";
}

/// <summary>Which machine an image is for (image-spec, image-index.md): <c>linux/arm64/v8</c>.</summary>
/// <param name="Os">For example <c>linux</c>.</param>
/// <param name="Architecture">By Go's names: <c>amd64</c>, <c>arm64</c>.</param>
/// <param name="Variant">For example <c>v8</c>.</param>
internal sealed record ImagePlatform(string Os, string Architecture, string? Variant = null)
{
    /// <summary>The platform of containers on this machine.</summary>
    public static ImagePlatform Own { get; } = new("linux", RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    });

    /// <inheritdoc/>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    internal static ImagePlatform? Read(JsonElement? element) =>
        element is { } platform && platform.Text("os") is { } os && platform.Text("architecture") is { } architecture
            ? new ImagePlatform(os, architecture, platform.Text("variant"))
            : null;

    internal void Write(CanonicalJsonWriter json)
    {
        json.StartObject("platform");
        json.String("architecture", Architecture);
        json.String("os", Os);
        json.String("variant", Variant);
        json.EndObject();
    }
}

/// <summary>Names a blob or a manifest by its digest (image-spec, descriptor.md).</summary>
/// <param name="MediaType">What it is.</param>
/// <param name="Digest">Of its bytes.</param>
/// <param name="Size">How many there are.</param>
internal sealed record Descriptor(string MediaType, Sha256Digest Digest, long Size)
{
    /// <summary>Of an artifact: what it is about.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Of a manifest in an index.</summary>
    public ImagePlatform? Platform { get; init; }

    /// <summary>What else is said of it.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The descriptor of a document.</summary>
    public static Descriptor Of(string mediaType, ReadOnlySpan<byte> content) => new(mediaType, Sha256Digest.Of(content), content.Length);

    /// <exception cref="FormatException">It is none: the digest is not of SHA-256, or the size is missing or negative.</exception>
    internal static Descriptor Read(JsonElement? element)
    {
        var descriptor = element ?? throw new FormatException("a descriptor is missing");
        return Sha256Digest.TryParse(descriptor.Text("digest"), out var digest) && descriptor.Number("size") is { } size and >= 0
            ? new Descriptor(descriptor.Text("mediaType") ?? string.Empty, digest, size)
            {
                ArtifactType = descriptor.Text("artifactType"),
                Platform = ImagePlatform.Read(descriptor.Object("platform")),
                Annotations = descriptor.TextMembers("annotations"),
            }
            : throw new FormatException("a descriptor in it has no digest of SHA-256, or no size");
    }

    internal void Write(CanonicalJsonWriter json)
    {
        json.StartObject();
        OciText.WriteAnnotations(json, Annotations);
        json.String("artifactType", ArtifactType);
        json.String("digest", Digest.ToString());
        json.String("mediaType", MediaType);
        Platform?.Write(json);
        json.Number("size", Size);
        json.EndObject();
    }
}

/// <summary>An image's manifest, or an artifact's (image-spec, manifest.md); docker's version 2, schema 2 has the same members.</summary>
internal sealed record ImageManifest
{
    /// <summary>What it is.</summary>
    public string MediaType { get; init; } = MediaTypes.Manifest;

    /// <summary>Of an artifact: what it is.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The image's configuration; of an artifact often the empty document.</summary>
    public required Descriptor Configuration { get; init; }

    /// <summary>The layers, the lowest first.</summary>
    public ImmutableArray<Descriptor> Layers { get; init; } = [];

    /// <summary>What this is about: an artifact that travels with an image names it.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>What else is said of it.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ImageManifest Read(ReadOnlyMemory<byte> content) => JsonFields.Read(content, static root => new ImageManifest
    {
        MediaType = root.Text("mediaType") ?? MediaTypes.Manifest,
        ArtifactType = root.Text("artifactType"),
        Configuration = Descriptor.Read(root.Object("config")),
        Layers = root.Objects("layers", static layer => Descriptor.Read(layer)),
        Subject = root.Object("subject") is { } subject ? Descriptor.Read(subject) : null,
        Annotations = root.TextMembers("annotations"),
    });

    /// <summary>The document, the same bytes for the same manifest.</summary>
    public byte[] Write()
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        OciText.WriteAnnotations(json, Annotations);
        json.String("artifactType", ArtifactType);
        json.Name("config");
        Configuration.Write(json);
        json.StartArray("layers");
        foreach (var layer in Layers)
        {
            layer.Write(json);
        }

        json.EndArray();
        json.String("mediaType", MediaType);
        json.Number("schemaVersion", 2);
        if (Subject is not null)
        {
            json.Name("subject");
            Subject.Write(json);
        }

        json.EndObject();
        return json.WrittenDocument.ToArray();
    }
}

/// <summary>Several manifests under one name (image-spec, image-index.md), and the <c>index.json</c> of a layout.</summary>
internal sealed record ImageIndex
{
    /// <summary>What it is.</summary>
    public string MediaType { get; init; } = MediaTypes.Index;

    /// <summary>The manifests.</summary>
    public ImmutableArray<Descriptor> Manifests { get; init; } = [];

    /// <summary>What else is said of it.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ImageIndex Read(ReadOnlyMemory<byte> content) => JsonFields.Read(content, static root => new ImageIndex
    {
        MediaType = root.Text("mediaType") ?? MediaTypes.Index,
        Manifests = root.Objects("manifests", static manifest => Descriptor.Read(manifest)),
        Annotations = root.TextMembers("annotations"),
    });

    /// <summary>The document, the same bytes for the same index.</summary>
    public byte[] Write()
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        OciText.WriteAnnotations(json, Annotations);
        json.StartArray("manifests");
        foreach (var manifest in Manifests)
        {
            manifest.Write(json);
        }

        json.EndArray();
        json.String("mediaType", MediaType);
        json.Number("schemaVersion", 2);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }
}

/// <summary>What the documents share.</summary>
file static class OciText
{
    public static void WriteAnnotations(CanonicalJsonWriter json, ImmutableSortedDictionary<string, string> annotations)
    {
        if (annotations.IsEmpty)
        {
            return;
        }

        json.StartObject("annotations");
        foreach (var (name, value) in annotations)
        {
            json.String(name, value);
        }

        json.EndObject();
    }
}
