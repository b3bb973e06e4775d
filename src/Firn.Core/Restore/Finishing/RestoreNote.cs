using Firn.Common;
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
