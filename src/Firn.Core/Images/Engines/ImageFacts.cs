using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;

namespace Firn.Images.Engines;

/// <summary>What an engine says of an image that it has.</summary>
internal sealed record ImageFacts
{
    /// <summary>Its id, <c>sha256:HEX</c>.</summary>
    public required string Id { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableArray<string> Entrypoint { get; init; } = [];

    /// <summary>Variables, <c>KEY=VALUE</c>.</summary>
    public ImmutableArray<string> Variables { get; init; } = [];

    /// <summary>As Go names it: <c>amd64</c>.</summary>
    public string? Architecture { get; init; }

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
            return Has(root, "OCIv1", out var oci) ? Of(oci, Text(root, "FromImageID") ?? string.Empty) : Of(root, Text(root, "Id") ?? string.Empty);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new FirnException("the engine's description of an image is not understood", "use a newer engine", innerException: exception);
        }
    }

    private static ImageFacts Of(JsonElement image, string id)
    {
        var config = Has(image, "Config", out var found) || Has(image, "config", out found) ? found : default;
        return new ImageFacts
        {
            Id = id.Contains(':', StringComparison.Ordinal) ? id : $"sha256:{id}",
            Labels = Labelled(config),
            Entrypoint = Texts(config, "Entrypoint"),
            Variables = Texts(config, "Env"),
            Architecture = Text(image, "Architecture") ?? Text(image, "architecture"),
            Size = Has(image, "Size", out var size) && size.TryGetInt64(out var bytes) ? bytes : 0,
        };
    }

    private static ImmutableSortedDictionary<string, string> Labelled(JsonElement config) =>
        Has(config, "Labels", out var labels) && labels.ValueKind == JsonValueKind.Object
            ? labels.EnumerateObject().Where(label => label.Value.ValueKind == JsonValueKind.String)
                .ToImmutableSortedDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, string>.Empty;

    private static bool Has(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value);
    }

    private static string? Text(JsonElement element, string name) =>
        Has(element, name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ImmutableArray<string> Texts(JsonElement element, string name) =>
        Has(element, name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];
}
