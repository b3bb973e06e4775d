using System.Collections.Immutable;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Images.Assembly;

/// <summary>A layer that was made, and what came beside its bytes.</summary>
internal sealed record AssembledLayer
{
    /// <summary>Its digests and sizes.</summary>
    public required LayerBytes Bytes { get; init; }

    /// <summary>The file with the compressed tar.</summary>
    public required string File { get; init; }

    /// <summary>Files that have other bytes than the bundles and the prefix tell, sorted by path.</summary>
    public ImmutableArray<RelocatedFile> Relocated { get; init; } = [];

    /// <summary>What the user should know.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Whether it was made before.</summary>
    public bool WasThere { get; init; }
}

/// <summary>
/// Compressed layers by what they are made of, so that nothing is compressed twice. Everything in it can be made again: it is
/// in the user's cache and not in a store, which is kept and copied.
/// </summary>
/// <param name="folder">The cache's folder.</param>
internal sealed class LayerCache(string folder)
{
    /// <summary>The document of a layer; another format of layers gets another number, and so other keys.</summary>
    private const string Schema = "firn.layer/1";

    private const int MaxDocument = 16 * 1024 * 1024;

    /// <summary>The user's.</summary>
    public static LayerCache Of(SystemContext systemContext) => new(CacheFolder.Of(systemContext, "layers"));

    /// <summary>The layer of a key; <see langword="null"/> where it was not made yet.</summary>
    public AssembledLayer? Find(Sha256Digest key)
    {
        var document = BoundedFile.Read(PathOf(key, ".json"), MaxDocument);
        var layer = document.IsComplete
            ? JsonFields.TryRead(document.Memory, root => root.Text("schema") == Schema ? JsonMembers.Read<AssembledLayer>(root, Table(key)) : null)
            : null;
        return layer is not null && new FileInfo(layer.File) is { Exists: true } file && file.Length == layer.Bytes.Size ? layer with { WasThere = true } : null;
    }

    /// <summary>Makes the layer of a key.</summary>
    /// <param name="key">What it is made of.</param>
    /// <param name="write">Writes its bytes, and says what came beside them.</param>
    /// <exception cref="IOException">The cache cannot be written to.</exception>
    public AssembledLayer Add(Sha256Digest key, Func<Stream, AssembledLayer> write)
    {
        Directory.CreateDirectory(folder);
        var place = PathOf(key, ".tar.gz");
        var staged = Path.Join(folder, $".{key.Hex}-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.tmp");
        try
        {
            AssembledLayer layer;
            using (var stream = new FileStream(staged, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1))
            {
                layer = write(stream) with { File = place };
            }

            File.Move(staged, place, overwrite: true);
            using var document = AtomicFile.Stage(PathOf(key, ".json"), JsonMembers.Write(Schema, layer, Table(key)));
            document.Place();
            return layer;
        }
        finally
        {
            File.Delete(staged);
        }
    }

    private string PathOf(Sha256Digest key, string ending) => Path.Join(folder, key.Hex + ending);

    private Func<JsonMembers, AssembledLayer?, AssembledLayer> Table(Sha256Digest key) => (json, layer) =>
    {
        var diffId = json.RequiredDigest("diff_id", layer?.Bytes.DiffId);
        var digest = json.RequiredDigest("digest", layer?.Bytes.Digest);
        var problems = ProblemsJson.Of(json, layer?.Problems);
        var relocated = json.Objects("relocated", layer?.Relocated, Relocated);
        return new AssembledLayer
        {
            Bytes = new LayerBytes(diffId, digest, json.Number("size", layer?.Bytes.Size) ?? 0, json.Number("tar_size", layer?.Bytes.TarSize) ?? 0),
            File = PathOf(key, ".tar.gz"),
            Problems = problems,
            Relocated = relocated,
        };
    };

    private static RelocatedFile Relocated(JsonMembers json, RelocatedFile? file)
    {
        var path = json.RequiredText("path", file?.Path);
        return new RelocatedFile(path, json.CheckedDigest("published", file?.Published), json.RequiredDigest("sha256", file?.Digest));
    }
}
