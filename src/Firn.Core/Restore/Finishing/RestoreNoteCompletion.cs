using System.Text.Json;
using Firn.Common;

namespace Firn.Restore.Finishing;

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
