using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Host.Machine;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Captures.Documents;

/// <summary>Writes <c>environment.json</c> (docs/formats/environment.md).</summary>
internal static class CaptureWriter
{
    /// <summary>The document's bytes, in canonical form.</summary>
    public static byte[] Write(Capture capture)
    {
        var json = new CanonicalJsonWriter();
        var paths = new DocumentPaths(capture.Environment.Prefix);
        json.StartObject();
        json.String("schema", Capture.Schema);
        if (capture.Conda is { } conda)
        {
            CondaJson.Write(json, conda);
        }

        json.String("conda_env_name", capture.Environment.CondaName);
        json.String("created_by", capture.CreatedBy);
        WriteDistributions(json, capture.Distributions, paths);
        json.String("environment_id", capture.EnvironmentId);
        json.String("environment_type", EnvironmentType(capture.Environment));
        WriteFreeze(json, capture.Freeze);
        HostJson.Write(json, capture.Host);
        json.String("host_libraries_id", capture.HostLibrariesId);
        PythonJson.WriteLayers(json, capture.Environment.Layers);
        NativeLibrariesJson.Write(json, capture.NativeLibraries);
        WriteNotReplayable(json, capture.NotReplayable);
        json.String("platform", capture.Platform);
        ProblemsJson.Write(json, capture.Problems);
        if (capture.Project is { } project)
        {
            json.Name("project");
            GitStateJson.Write(json, project);
        }

        PythonJson.Write(json, capture.Environment, paths);
        json.String("python_executable", capture.Environment.Executable);
        json.String("python_version", capture.Environment.PythonVersion);
        json.String("timestamp", TimeText.Of(capture.Timestamp));
        WriteVariables(json, capture.Variables);
        json.EndObject();
        return json.WrittenDocument.ToArray();
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

    private static void WriteDistributions(
        CanonicalJsonWriter json, ImmutableArray<Distribution> distributions, DocumentPaths paths)
    {
        json.StartArray("distributions");
        foreach (var distribution in distributions)
        {
            DistributionJson.Write(json, distribution, paths);
        }

        json.EndArray();
    }

    private static void WriteFreeze(CanonicalJsonWriter json, FreezeFacts freeze)
    {
        json.StartObject("freeze");
        json.Strings("entries", freeze.Entries);
        json.String("pip_version", freeze.PipVersion);
        json.EndObject();
    }

    private static void WriteNotReplayable(CanonicalJsonWriter json, ImmutableArray<ReplayNote> notes)
    {
        json.StartArray("not_replayable");
        foreach (var note in notes)
        {
            json.StartObject();
            json.String("file", note.File);
            json.String("line", note.Line);
            json.String("reason", note.Reason);
            json.EndObject();
        }

        json.EndArray();
    }

    private static void WriteVariables(CanonicalJsonWriter json, ImmutableArray<CapturedVariable> variables)
    {
        json.StartObject("variables");
        foreach (var variable in variables)
        {
            json.String(variable.Name, variable.Value);
        }

        json.EndObject();
    }
}
