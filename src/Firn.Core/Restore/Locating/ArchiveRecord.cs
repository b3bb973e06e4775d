using System.Text.Json;
using Firn.Common;

namespace Firn.Restore.Locating;

/// <summary>What a restore reads of a record: of an archive (<c>firn.archived/1</c>) or of a run (<c>firn.run/1</c>).</summary>
/// <param name="Number">Its number in the chain.</param>
/// <param name="Archive">The archive document; <see langword="null"/> of a tombstone.</param>
/// <param name="Capture">The capture that the archive belongs to.</param>
/// <param name="Forgets">Of a tombstone: the record that no longer counts.</param>
internal sealed record ArchiveRecord(int Number, Sha256Digest? Archive, Sha256Digest? Capture, int? Forgets)
{
    /// <summary>Reads a record of an environment's archives.</summary>
    /// <exception cref="FirnException">It is damaged.</exception>
    public static ArchiveRecord Read(byte[] json, string path) => Parse(json, path, root =>
    {
        var archive = DigestOf(root, "archive");
        var forgets = root.Number("forgets");
        return archive is null && forgets is null
            ? throw new FormatException("it names no archive")
            : new ArchiveRecord(root.Count("number"), archive, DigestOf(root, "capture"), (int?)forgets);
    });

    /// <summary>The environments of a run, those it was built with first: their archive and id, as far as they are recorded.</summary>
    /// <exception cref="FirnException">The record is damaged.</exception>
    public static IReadOnlyList<(Sha256Digest? Archive, string? EnvironmentId)> EnvironmentsOfRun(byte[] json, string path) =>
        Parse(json, path, root =>
        {
            var environments = new List<(Sha256Digest?, string?)>();
            foreach (var item in root.Objects("environments"))
            {
                var at = item.Text("when") == "build" ? 0 : environments.Count;
                environments.Insert(at, (DigestOf(item, "archive"), item.Text("environment_id")));
            }

            return environments;
        });

    private static T Parse<T>(byte[] json, string path, Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new FirnException(
                $"{path} is damaged: {exception.Message.TrimEnd('.')}",
                "`firn store check --read-data` finds all damage and says what mends it",
                ExitCodes.Different,
                exception);
        }
    }

    private static Sha256Digest? DigestOf(JsonElement element, string name) => element.Text(name) is not { } text
        ? null
        : Sha256Digest.TryParse(text, out var digest) ? digest : throw new FormatException($"`{name}` is no digest");
}
