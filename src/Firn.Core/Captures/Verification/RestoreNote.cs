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
        return content.IsComplete ? JsonFields.TryRead(content.Memory, Read) : null;
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

    public byte[] Write() => JsonMembers.Write(Schema, this, Table);

    private static RestoreNote? Read(JsonElement root) =>
        root.Text("schema") == Schema ? JsonMembers.Read<RestoreNote>(root, Table) : null;

    private static RestoreNote Table(JsonMembers json, RestoreNote? note) => new()
    {
        Archive = json.Text("archive", note?.Archive),
        Capture = json.Text("capture", note?.Capture),
        Created = json.Text("created", note?.Created),
        EnvironmentId = json.Text("environment_id", note?.EnvironmentId),
        LinkMode = json.Text("link_mode", note?.LinkMode),
        Prefix = json.Text("prefix", note?.Prefix),
        Relocated = json.Other("relocated", note?.Relocated ?? [], WriteFiles, ReadFiles),
    };

    private static RelocatedFile? File(JsonMembers json, RelocatedFile? file, string path)
    {
        var published = json.Digest("published", file?.Published);
        return json.Digest("sha256", file?.Digest) is { } digest ? new RelocatedFile(path, published, digest) : null;
    }

    private static void WriteFiles(CanonicalJsonWriter json, ImmutableArray<RelocatedFile> files)
    {
        json.StartObject();
        foreach (var file in files)
        {
            json.StartObject(file.Path);
            File(new JsonMembers(json), file, file.Path);
            json.EndObject();
        }

        json.EndObject();
    }

    private static ImmutableArray<RelocatedFile> ReadFiles(JsonElement relocated)
    {
        var files = ImmutableArray.CreateBuilder<RelocatedFile>();
        foreach (var member in relocated.ValueKind == JsonValueKind.Object ? relocated.EnumerateObject() : default)
        {
            if (RelativePath.IsSafe(member.Name) && File(new JsonMembers(member.Value), null, member.Name) is { } file)
            {
                files.Add(file);
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
