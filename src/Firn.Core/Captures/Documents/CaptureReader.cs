using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Host.Machine;

namespace Firn.Captures.Documents;

/// <summary>Reads <c>environment.json</c>, also one that a later version wrote with more fields.</summary>
internal static class CaptureReader
{
    private const int Limit = 64 * 1024 * 1024;

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

    private static ImmutableArray<CapturedVariable> ReadVariables(JsonElement root)
    {
        var variables = ImmutableArray.CreateBuilder<CapturedVariable>();
        foreach (var (name, value) in root.TextMembers("variables"))
        {
            variables.Add(new CapturedVariable(name, value));
        }

        return variables.DrainToImmutable();
    }

    private static Capture ReadCapture(JsonElement root)
    {
        var environment = PythonJson.Read(root);
        var paths = new DocumentPaths(environment.Prefix);
        return new Capture
        {
            Timestamp = DateTimeOffset.TryParse(
                root.Text("timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : DateTimeOffset.UnixEpoch,
            CreatedBy = root.Text("created_by") ?? string.Empty,
            EnvironmentId = root.RequiredText("environment_id"),
            HostLibrariesId = root.Text("host_libraries_id") ?? string.Empty,
            Environment = environment,
            Platform = root.Text("platform") ?? string.Empty,
            Distributions = root.Objects("distributions", item => DistributionJson.Read(item, paths)),
            Conda = CondaJson.Read(root),
            Freeze = root.Object("freeze") is { } freeze
                ? new FreezeFacts(freeze.Text("pip_version"), freeze.Texts("entries"))
                : new FreezeFacts(null, []),
            NativeLibraries = NativeLibrariesJson.Read(root),
            Host = HostJson.Read(root),
            Variables = ReadVariables(root),
            Project = root.Object("project") is { } project ? GitStateJson.Read(project) : null,
            NotReplayable = root.Objects("not_replayable", note => new ReplayNote(
                note.Text("file") ?? string.Empty, note.Text("line") ?? string.Empty, note.Text("reason") ?? string.Empty)),
            Problems = root.Objects("problems", problem => new Problem(
                problem.Text("code") ?? string.Empty, problem.Text("path"), problem.Text("message") ?? string.Empty)),
        };
    }
}

/// <summary>A capture that was read, with the document it was read from: fields that this version does not know stay in it.</summary>
internal sealed record CaptureDocument(Capture Capture, JsonElement Source);
