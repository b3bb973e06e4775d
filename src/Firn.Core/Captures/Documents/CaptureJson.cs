using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Host.Machine;
using Firn.Python;

namespace Firn.Captures.Documents;

/// <summary>Writes <c>environment.json</c> (docs/formats/environment.md).</summary>
internal static class CaptureWriter
{
    /// <summary>The document's bytes, in canonical form.</summary>
    public static byte[] Write(Capture capture)
    {
        var paths = new DocumentPaths(capture.Environment.Prefix);
        return JsonMembers.Write(Capture.Schema, capture, (json, value) => CaptureJson.Table(json, value, paths));
    }
}

/// <summary>A capture in a document.</summary>
internal static class CaptureJson
{
    public static Capture Table(JsonMembers json, Capture? capture, DocumentPaths paths)
    {
        var environment = capture?.Environment;
        return new Capture
        {
            Conda = json.Object("conda", capture?.Conda, CondaJson.Table),
            CreatedBy = json.Keep(json.Text("conda_env_name", environment?.CondaName), out var condaName)
                .Text("created_by", capture?.CreatedBy) ?? string.Empty,
            Distributions = json.Objects(
                "distributions", capture?.Distributions, (item, distribution) => DistributionJson.Table(item, distribution, paths)),
            EnvironmentId = json.RequiredText("environment_id", capture?.EnvironmentId),
            Freeze = json.Derived("environment_type", environment is null ? null : EnvironmentType(environment))
                .Part("freeze", capture?.Freeze, Freeze),
            Host = json.Part("host", capture?.Host, HostJson.Table),
            HostLibrariesId = json.Text("host_libraries_id", capture?.HostLibrariesId) ?? string.Empty,
            NativeLibraries = json.Keep(json.Objects("layers", environment?.Layers, PythonJson.Layer), out var layers)
                .Part("native_libraries", capture?.NativeLibraries, NativeLibrariesJson.Table),
            NotReplayable = json.Objects("not_replayable", capture?.NotReplayable, Note),
            Platform = json.Text("platform", capture?.Platform) ?? string.Empty,
            Problems = json.Objects("problems", capture?.Problems, Problem),
            Project = json.Object("project", capture?.Project, GitStateJson.Table),
            Environment = PythonJson.WithVersion(json.Part("python", environment, (item, python) => PythonJson.Table(item, python, paths)) with
            {
                CondaName = condaName,
                Layers = layers,
                Executable = json.Text("python_executable", environment?.Executable),
                PythonVersion = json.RequiredText("python_version", environment?.PythonVersion),
            }),
            Timestamp = json.Time("timestamp", capture?.Timestamp) ?? DateTimeOffset.UnixEpoch,
            Variables = Variables(json, capture?.Variables),
        };
    }

    private static FreezeFacts Freeze(JsonMembers json, FreezeFacts? freeze) => new(
        Entries: json.Texts("entries", freeze?.Entries),
        PipVersion: json.Text("pip_version", freeze?.PipVersion));

    private static ReplayNote Note(JsonMembers json, ReplayNote? note) => new(
        File: json.Text("file", note?.File) ?? string.Empty,
        Line: json.Text("line", note?.Line) ?? string.Empty,
        Reason: json.Text("reason", note?.Reason) ?? string.Empty);

    private static Problem Problem(JsonMembers json, Problem? problem) => new(
        Code: json.Text("code", problem?.Code) ?? string.Empty,
        Message: json.Text("message", problem?.Message) ?? string.Empty,
        Path: json.Text("path", problem?.Path));

    private static ImmutableArray<CapturedVariable> Variables(JsonMembers json, ImmutableArray<CapturedVariable>? variables)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var variable in variables ?? [])
        {
            values.Add(variable.Name, variable.Value);
        }

        var found = ImmutableArray.CreateBuilder<CapturedVariable>();
        foreach (var (name, value) in json.TextMembers("variables", values.ToImmutable()))
        {
            found.Add(new CapturedVariable(name, value));
        }

        return found.DrainToImmutable();
    }

    /// <summary>asimov's word for the environment: <c>conda</c>, <c>virtualenv</c> or <c>system</c>.</summary>
    private static string EnvironmentType(PythonEnvironment environment) =>
        environment.Layers.IsEmpty
            ? "system"
            : environment.Layers[0].Kind switch
            {
                EnvironmentLayerKind.Conda or EnvironmentLayerKind.Pixi => "conda",
                EnvironmentLayerKind.VirtualEnvironment => "virtualenv",
                _ => "system",
            };
}
