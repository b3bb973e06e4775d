using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;

namespace Firn.Restore.Finishing;

/// <summary>What a restored prefix says of itself: <c>.firn/restore.json</c>, <c>firn.restore/1</c>.</summary>
internal sealed class RestoreNote(RestorePlan plan, TimeProvider clock)
{
    public const string Schema = "firn.restore/1";

    public void Write(TreeWriter writer, IReadOnlyList<RelocatedFile> relocated) =>
        _ = writer.TryWrite(RestoredFolder.Document, isExecutable: false, Compose(relocated), FileTimes.Usual);

    private byte[] Compose(IReadOnlyList<RelocatedFile> relocated)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.String("archive", plan.Archive.Digest?.ToString());
        json.String("capture", plan.Archive.Capture?.ToString());
        json.String("created", TimeText.Of(clock.GetUtcNow()));
        json.String("environment_id", plan.Archive.Digest is null ? null : plan.Archive.Document.EnvironmentId);
        json.String("link_mode", plan.Request.Links ? "link" : "copy");
        json.String("prefix", plan.Request.Prefix);
        json.StartObject("relocated");
        foreach (var file in relocated)
        {
            json.StartObject(file.Path);
            json.String("published", file.Published.ToString());
            json.String("sha256", file.Digest.ToString());
            json.EndObject();
        }

        json.EndObject();
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }
}

/// <summary>Completes the note of an environment that was made for the first time, when its id is known.</summary>
internal static class RestoreNoteCompletion
{
    private const int Limit = 64 * 1024 * 1024;

    /// <summary>Writes archive, capture and environment id into <c>.firn/restore.json</c>; all else stays.</summary>
    /// <exception cref="FirnException">The note cannot be read or written.</exception>
    public static void Write(string prefix, Sha256Digest archive, Sha256Digest capture, string environmentId)
    {
        var path = Path.Join(prefix, RestoredFolder.Document);
        var content = BoundedFile.Read(path, Limit);
        if (!content.IsComplete)
        {
            throw new FirnException($"cannot read {path}: {content.Reason}", "nobody may write to an environment while it is made");
        }

        try
        {
            using var note = JsonDocument.Parse(content.Memory);
            using var staged = AtomicFile.Stage(path, Compose(note.RootElement, archive, capture, environmentId));
            staged.Place();
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new FirnException($"cannot write {path}: {exception.Message.TrimEnd('.')}", "check the disk", innerException: exception);
        }
    }

    private static byte[] Compose(JsonElement note, Sha256Digest archive, Sha256Digest capture, string environmentId)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", RestoreNote.Schema);
        json.String("archive", archive.ToString());
        json.String("capture", capture.ToString());
        json.String("created", note.Text("created"));
        json.String("environment_id", environmentId);
        json.String("link_mode", note.Text("link_mode"));
        json.String("prefix", note.Text("prefix"));
        json.StartObject("relocated");
        if (note.Object("relocated") is { } relocated)
        {
            foreach (var file in relocated.EnumerateObject())
            {
                json.StartObject(file.Name);
                json.String("published", file.Value.Text("published"));
                json.String("sha256", file.Value.Text("sha256"));
                json.EndObject();
            }
        }

        json.EndObject();
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }
}
