using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Images.Engines;

/// <summary>What an engine says of an image that it has.</summary>
internal sealed record ImageFacts
{
    /// <summary>Its id, <c>sha256:HEX</c>.</summary>
    public required string Id { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Bytes; 0 where the engine does not say.</summary>
    public long Size { get; init; }

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

    private static ImageFacts Of(JsonElement image, string id)
    {
        var config = image.Object("Config") ?? image.Object("config") ?? default;
        return new ImageFacts
        {
            Id = id.Contains(':', StringComparison.Ordinal) ? id : $"sha256:{id}",
            Labels = config.TextMembers("Labels"),
            Size = image.Number("Size") ?? 0,
        };
    }
}
