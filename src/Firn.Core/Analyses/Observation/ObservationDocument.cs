using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;

namespace Firn.Analyses.Observation;

/// <summary>The document <c>observation.json</c> (docs/formats/observation.md).</summary>
internal static class ObservationDocument
{
    private const string Module = "module";
    private const string Library = "library";

    /// <summary>The document's bytes.</summary>
    public static byte[] Write(RunObservation observation)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", RunObservation.Schema);
        json.String("mode", ModeName(observation.Mode));
        json.StartObject("openmp");
        json.Boolean("conflict", observation.HasOpenMpConflict);
        json.Strings("runtimes", observation.OpenMpRuntimes);
        json.EndObject();
        WriteOutside(json, observation.Outside);
        ProblemsJson.Write(json, observation.Problems);
        WriteProcesses(json, observation.Processes);
        json.Strings("unused", observation.Unused);
        WriteUsed(json, observation.Used);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    /// <summary>Reads a document, also one of a later version with more fields.</summary>
    /// <param name="json">Its bytes.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="FirnException">It is none, or of a schema that is not known.</exception>
    public static RunObservation Read(ReadOnlyMemory<byte> json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.Text("schema") != RunObservation.Schema)
            {
                throw new FormatException($"its schema is {root.Text("schema") ?? "missing"}, this firn reads {RunObservation.Schema}");
            }

            return ReadRoot(root);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new FirnException(
                $"{path} is no observation that can be read: {JsonFailure.Reason(exception)}",
                "`firn store check --read-data` says whether it is damaged; a newer firn may read it",
                innerException: exception);
        }
    }

    private static RunObservation ReadRoot(JsonElement root)
    {
        var openMp = root.Object("openmp") ?? default;
        return new RunObservation
        {
            Mode = root.Text("mode") switch
            {
                "off" => ObservationMode.Off,
                "trace" => ObservationMode.Trace,
                _ => ObservationMode.Report,
            },
            HasOpenMpConflict = openMp.Flag("conflict") ?? false,
            OpenMpRuntimes = openMp.Texts("runtimes"),
            Outside = root.Objects("outside", static item => new OutsideFile(
                item.RequiredText("name"), item.RequiredText("path"), item.Text("shadows"))
            {
                IsLibrary = item.Text("kind") == Library,
            }),
            Problems = ProblemsJson.Read(root),
            Processes = root.Objects("processes", static item => new ObservedProcess(
                item.Count("process_id"), item.RequiredText("executable"), item.Text("version"),
                item.Flag("observed") ?? false, item.Text("why"))
            {
                IsCaptured = item.Flag("captured") ?? true,
                Prefix = item.Text("prefix"),
            }),
            Unused = root.Texts("unused"),
            Used = root.Objects("used", static item => new UsedDistribution(
                item.RequiredText("name"), item.RequiredText("version"), item.Text("captured"), item.Texts("modules"))),
        };
    }

    private static string ModeName(ObservationMode mode) => mode switch
    {
        ObservationMode.Off => "off",
        ObservationMode.Trace => "trace",
        _ => "report",
    };

    private static void WriteOutside(CanonicalJsonWriter json, ImmutableArray<OutsideFile> files)
    {
        json.StartArray("outside");
        foreach (var file in files)
        {
            json.StartObject();
            json.String("kind", file.IsLibrary ? Library : Module);
            json.String("name", file.Name);
            json.String("path", file.Path);
            json.String("shadows", file.Shadows);
            json.EndObject();
        }

        json.EndArray();
    }

    private static void WriteProcesses(CanonicalJsonWriter json, ImmutableArray<ObservedProcess> processes)
    {
        json.StartArray("processes");
        foreach (var process in processes)
        {
            json.StartObject();
            json.Boolean("captured", process.IsCaptured);
            json.String("executable", process.Executable);
            json.Boolean("observed", process.IsObserved);
            json.String("prefix", process.Prefix);
            json.Number("process_id", process.ProcessId);
            json.String("version", process.Version);
            json.String("why", process.Why);
            json.EndObject();
        }

        json.EndArray();
    }

    private static void WriteUsed(CanonicalJsonWriter json, ImmutableArray<UsedDistribution> used)
    {
        json.StartArray("used");
        foreach (var distribution in used)
        {
            json.StartObject();
            json.String("captured", distribution.Captured);
            json.Strings("modules", distribution.Modules);
            json.String("name", distribution.Name);
            json.String("version", distribution.Version);
            json.EndObject();
        }

        json.EndArray();
    }
}
