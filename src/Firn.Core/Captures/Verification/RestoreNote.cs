using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Captures.Verification;

/// <summary>What a restored prefix says of itself: <c>.firn/restore.json</c>, <c>firn.restore/1</c>.</summary>
internal sealed record RestoreNote
{
    public const string Schema = "firn.restore/1";

    /// <summary>The note, relative to the prefix.</summary>
    public const string FileName = ".firn/restore.json";

    private const int Limit = 64 * 1024 * 1024;

    /// <summary>The digest of the archive; <see langword="null"/> until an environment that is made has one.</summary>
    public string? Archive { get; init; }

    /// <summary>The digest of the capture; as <see cref="Archive"/>.</summary>
    public string? Capture { get; init; }

    /// <summary>When it was restored.</summary>
    public string? Created { get; init; }

    /// <summary>As <see cref="Archive"/>.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>How files came: <c>link</c> or <c>copy</c>.</summary>
    public string? LinkMode { get; init; }

    /// <summary>Where it was restored to.</summary>
    public string? Prefix { get; init; }

    /// <summary>The files that the restore had to change, sorted by path.</summary>
    public ImmutableArray<RelocatedFile> Relocated { get; init; } = [];

    /// <summary>Reads the note of a prefix; <see langword="null"/> where there is none.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="reason">Why there is none.</param>
    public static RestoreNote? Read(string prefix, out string reason)
    {
        var content = BoundedFile.Read(Path.Join(prefix, FileName), Limit);
        reason = content.IsComplete ? "it is not a note of a restore" : content.Reason;
        return content.IsComplete ? JsonFields.TryRead(content.Memory, Of) : null;
    }

    /// <summary>The digests that its files have since they were changed, by their absolute paths below a prefix.</summary>
    public Dictionary<string, Sha256Digest> DigestsBelow(string prefix)
    {
        var digests = new Dictionary<string, Sha256Digest>(StringComparer.Ordinal);
        foreach (var file in Relocated)
        {
            digests[Path.Join(prefix, file.Path)] = file.Digest;
        }

        return digests;
    }

    public byte[] Write()
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.String("archive", Archive);
        json.String("capture", Capture);
        json.String("created", Created);
        json.String("environment_id", EnvironmentId);
        json.String("link_mode", LinkMode);
        json.String("prefix", Prefix);
        json.StartObject("relocated");
        foreach (var file in Relocated)
        {
            json.StartObject(file.Path);
            json.String("published", file.Published?.ToString());
            json.String("sha256", file.Digest.ToString());
            json.EndObject();
        }

        json.EndObject();
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    private static RestoreNote? Of(JsonElement root) => root.Text("schema") != Schema ? null : new RestoreNote
    {
        Archive = root.Text("archive"),
        Capture = root.Text("capture"),
        Created = root.Text("created"),
        EnvironmentId = root.Text("environment_id"),
        LinkMode = root.Text("link_mode"),
        Prefix = root.Text("prefix"),
        Relocated = root.Object("relocated") is { } relocated ? Files(relocated) : [],
    };

    private static ImmutableArray<RelocatedFile> Files(JsonElement relocated)
    {
        var files = ImmutableArray.CreateBuilder<RelocatedFile>();
        foreach (var file in relocated.EnumerateObject())
        {
            if (RelativePath.IsSafe(file.Name) && Sha256Digest.TryParse(file.Value.Text("sha256"), out var digest))
            {
                _ = Sha256Digest.TryParse(file.Value.Text("published"), out var published);
                files.Add(new RelocatedFile(file.Name, published, digest));
            }
        }

        return files.ToImmutable();
    }
}

/// <summary>
/// A file that has other bytes than its bundle and the prefix alone tell: its run path was made relative to it, or its
/// interpreter is called in another way.
/// </summary>
/// <param name="Path">Relative to the restored prefix.</param>
/// <param name="Published">The digest of the bytes in the bundle.</param>
/// <param name="Digest">The digest of the bytes in the prefix.</param>
internal sealed record RelocatedFile(string Path, Sha256Digest? Published, Sha256Digest Digest);
