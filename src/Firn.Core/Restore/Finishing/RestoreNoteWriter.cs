using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Files;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;

namespace Firn.Restore.Finishing;

/// <summary>Writes the note of a restored prefix.</summary>
internal static class RestoreNoteWriter
{
    public static void Write(PrefixWriter writer, RestorePlan plan, TimeProvider clock, IEnumerable<RelocatedFile> relocated)
    {
        var note = new RestoreNote
        {
            Archive = plan.Archive.Digest?.ToString(),
            Capture = plan.Archive.Capture?.ToString(),
            Created = TimeText.Of(clock.GetUtcNow()),
            EnvironmentId = plan.Archive.Digest is null ? null : plan.Archive.Document.EnvironmentId,
            LinkMode = plan.Request.Links ? "link" : "copy",
            Prefix = plan.Request.Prefix,
            Relocated = [.. relocated],
        };
        _ = writer.TryWrite(RestoreNote.FileName, isExecutable: false, note.Write(), FileTimes.Usual);
    }

    /// <summary>Writes down archive, capture and id of an environment that was made for the first time, when they are known.</summary>
    /// <exception cref="FirnException">The note cannot be read or written.</exception>
    public static void Complete(string prefix, Sha256Digest archive, Sha256Digest capture, string environmentId)
    {
        var path = Path.Join(prefix, RestoreNote.FileName);
        var note = RestoreNote.Read(prefix, out var reason)
            ?? throw new FirnException($"cannot read {path}: {reason}", "nobody may write to an environment while it is made");
        note = note with { Archive = archive.ToString(), Capture = capture.ToString(), EnvironmentId = environmentId };
        try
        {
            using var staged = AtomicFile.Stage(path, note.Write());
            staged.Place();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException($"cannot write {path}: {exception.Message.TrimEnd('.')}", "check the disk", innerException: exception);
        }
    }
}
