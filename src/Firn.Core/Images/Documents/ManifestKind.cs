using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Images.Documents;

/// <summary>Tells what a manifest is, and refuses what could be read as two things (CVE-2021-41190).</summary>
internal static class ManifestKind
{
    /// <summary>Whether it names manifests.</summary>
    public static bool IsIndex(string mediaType) => mediaType is MediaTypes.Index or MediaTypes.DockerIndex;

    /// <summary>Whether it names a configuration and layers.</summary>
    public static bool IsManifest(string mediaType) => mediaType is MediaTypes.Manifest or MediaTypes.DockerManifest;

    /// <summary>What a document is.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="said">What its sender or its descriptor says that it is; parameters are of no account.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="FirnException">It is no manifest, or another kind than is said.</exception>
    public static string Of(ReadOnlyMemory<byte> content, string? said, string name)
    {
        var claimed = said?.Split(';')[0].Trim();
        claimed = claimed is null || IsIndex(claimed) || IsManifest(claimed) ? claimed : null;
        var kind = JsonFields.Read(
            content,
            root => KindOf(root, claimed) ?? string.Empty,
            (reason, exception) => new FirnException($"the manifest of {name} cannot be read: {reason}", "check the name: an image is HOST/PATH:TAG", innerException: exception));
        return kind.Length > 0 ? kind : throw new FirnException(
            $"{name} is no image: its manifest is of another kind than it says, or of docker's first schema", "push it once more with a newer program");
    }

    private static string? KindOf(JsonElement root, string? claimed)
    {
        var own = root.Text("mediaType");
        var isIndex = root.Member("manifests").ValueKind == JsonValueKind.Array;
        var isManifest = root.Object("config") is not null && root.Member("layers").ValueKind == JsonValueKind.Array;
        var kind = own ?? claimed ?? (isIndex ? MediaTypes.Index : MediaTypes.Manifest);
        return root.Number("schemaVersion") == 2 && isIndex != isManifest && (claimed is null || claimed == kind)
            && (isIndex ? IsIndex(kind) && root.Member("layers").ValueKind == JsonValueKind.Undefined : IsManifest(kind))
                ? kind
                : null;
    }
}
