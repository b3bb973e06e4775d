using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;
using Firn.Images.Layouts;

namespace Firn.Images.Engines;

/// <summary>What an engine says of an image that it has.</summary>
internal sealed record ImageFacts
{
    /// <summary>Its id, <c>sha256:HEX</c>.</summary>
    public required string Id { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Bytes; 0 where the engine does not say.</summary>
    public long Size { get; init; }

    /// <summary>For example <c>linux/amd64</c>.</summary>
    public string Platform { get; init; } = string.Empty;

    /// <summary>Its processor, for example <c>amd64</c>; <see langword="null"/> where the engine does not say.</summary>
    public string? Processor => Platform.Split('/') is [_, { Length: > 0 } processor] ? ImageProcessor.Normal(processor) : null;

    /// <summary>When it was made, as the engine says it, RFC 3339; <see langword="null"/> where it does not.</summary>
    public string? Created { get; init; }

    /// <summary>The user that its commands run as; empty for root.</summary>
    public string User { get; init; } = string.Empty;

    public string WorkingDirectory { get; init; } = string.Empty;

    public ImmutableArray<string> Entrypoint { get; init; } = [];

    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Its variables, <c>KEY=VALUE</c>.</summary>
    public ImmutableArray<string> Variables { get; init; } = [];

    /// <summary>How many layers it has.</summary>
    public int LayerCount { get; init; }

    /// <summary>The commit that it was built from, as its label says.</summary>
    public string? Revision => Labels.GetValueOrDefault(ImageLabels.Revision);

    /// <summary>Reads what <c>docker image inspect</c>, <c>podman image inspect</c> and <c>buildah inspect</c> print.</summary>
    public static ImageFacts Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement[0] : document.RootElement;
            return root.Object("OCIv1") is { } oci ? Of(oci, root.Text("FromImageID") ?? string.Empty) : Of(root, root.Text("Id") ?? string.Empty);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new FirnException("the engine's description of an image is not understood", "use a newer engine", innerException: exception);
        }
    }

    /// <summary>What an image outside of engines says.</summary>
    public static ImageFacts Of(ImageLayout layout) => Read(layout.Configuration) with
    {
        Id = Sha256Digest.Of(layout.Configuration.Span).ToString(),
        Size = layout.Layers.Sum(static layer => layer.Size),
    };

    private static ImageFacts Of(JsonElement image, string id)
    {
        var config = image.Object("Config") ?? image.Object("config") ?? default;
        return new ImageFacts
        {
            Id = id.Contains(':', StringComparison.Ordinal) ? id : $"sha256:{id}",
            Labels = config.TextMembers("Labels"),
            Size = image.Number("Size") ?? 0,
            Platform = $"{image.Text("Os") ?? image.Text("os")}/{image.Text("Architecture") ?? image.Text("architecture")}",
            Created = image.Text("Created") ?? image.Text("created"),
            User = config.Text("User") ?? string.Empty,
            WorkingDirectory = config.Text("WorkingDir") ?? string.Empty,
            Entrypoint = config.Texts("Entrypoint"),
            Command = config.Texts("Cmd"),
            Variables = config.Texts("Env"),
            LayerCount = LayersOf(image).Length,
        };
    }

    private static ImmutableArray<string> LayersOf(JsonElement image) =>
        image.Object("RootFS") is { } layers ? layers.Texts("Layers") : (image.Object("rootfs") ?? default).Texts("diff_ids");
}
