using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Storage;

namespace Firn.Captures.Documents;

/// <summary>Reads <c>environment.json</c>, also one that a later version wrote with more fields.</summary>
internal static class CaptureReader
{
    private const int Limit = 64 * 1024 * 1024;
    public const int StoredLimit = 256 * 1024 * 1024;

    /// <summary>Reads the file.</summary>
    /// <exception cref="FirnException">It is not there, no capture, or of a schema that is not known.</exception>
    public static CaptureDocument ReadFile(string path) => Read(ReadBytes(path), path);

    /// <summary>Reads the file, and tells the digest of its bytes.</summary>
    /// <exception cref="FirnException">It is not there, no capture, or of a schema that is not known.</exception>
    public static Capture ReadFile(string path, out Sha256Digest digest)
    {
        var content = ReadBytes(path);
        digest = Sha256Digest.Of(content.Span);
        return Read(content, path).Capture;
    }

    /// <summary>Reads a document; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="FirnException">It is not a capture, or of a schema that is not known.</exception>
    public static CaptureDocument Read(ReadOnlyMemory<byte> json, string path) => JsonFields.Read(
        json,
        parsed =>
        {
            var root = parsed.Clone();
            CheckSchema(root, path);
            return new CaptureDocument(ReadCapture(root), root);
        },
        (reason, exception) => new FirnException(
            $"{path} is not a capture: {reason}", "`firn capture ENVIRONMENT -o DIR` makes one", innerException: exception));

    /// <summary>Reads a document of a store.</summary>
    /// <exception cref="FirnException">It is missing, damaged, not a capture, or of a schema that is not known.</exception>
    public static CaptureDocument Read(Store store, Sha256Digest digest) =>
        Read(store.Files.Read(digest, StoredLimit), store.Files.PathOf(digest));

    private static ReadOnlyMemory<byte> ReadBytes(string path)
    {
        var content = BoundedFile.Read(path, Limit);
        return content.IsComplete
            ? content.Memory
            : throw new FirnException($"cannot read {path}: {content.Reason}", "name a capture's environment.json or its folder");
    }

    private static void CheckSchema(JsonElement root, string path)
    {
        var schema = root.Text("schema");
        if (schema == Capture.Schema)
        {
            return;
        }

        if (schema is not null && schema.StartsWith("firn.environment/", StringComparison.Ordinal))
        {
            throw new FirnException(
                $"{path} is of the schema {schema}, this firn reads {Capture.Schema}", "use a newer firn");
        }

        throw new FirnException(
            $"{path} is not a capture of firn: its schema is {schema ?? "missing"}",
            "`firn capture ENVIRONMENT -o DIR` makes one");
    }

    private static Capture ReadCapture(JsonElement root)
    {
        var python = root.Object("python") ?? throw new FormatException("`python` is missing");
        var paths = new DocumentPaths(python.RequiredText("prefix"));
        return JsonMembers.Read<Capture>(root, (json, none) => CaptureJson.Table(json, none, paths));
    }
}

/// <summary>A capture that was read, with the document it was read from: fields that this version does not know stay in it.</summary>
internal sealed record CaptureDocument(Capture Capture, JsonElement Source);
