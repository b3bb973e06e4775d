using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Json;
using Firn.Python;
using Firn.Python.Pip;

namespace Firn.Runs.Observation;

/// <summary>What a run really imported and loaded, beside what was captured (docs/formats/observation.md).</summary>
public sealed record RunObservation
{
    /// <summary>The schema of its document.</summary>
    public const string Schema = "firn.observation/1";

    /// <summary>How it was observed.</summary>
    public ObservationMode Mode { get; init; } = ObservationMode.Report;

    /// <summary>The processes of the run that ran Python, by their numbers.</summary>
    public required ImmutableArray<ObservedProcess> Processes { get; init; }

    /// <summary>The distributions that were imported, sorted by name.</summary>
    public ImmutableArray<UsedDistribution> Used { get; init; } = [];

    /// <summary>The names of captured distributions that were not imported, sorted.</summary>
    public ImmutableArray<string> Unused { get; init; } = [];

    /// <summary>Modules and libraries that came from elsewhere than the capture and the project, sorted by name.</summary>
    public ImmutableArray<OutsideFile> Outside { get; init; } = [];

    /// <summary>
    /// The files of the OpenMP runtimes that one process had mapped together, links followed; more than one is a finding.
    /// </summary>
    public ImmutableArray<string> OpenMpRuntimes { get; init; } = [];

    /// <summary>Whether they are a pair that is known to crash or to hang: LLVM's and Intel's.</summary>
    public bool HasOpenMpConflict { get; init; }

    /// <summary>What was met that is doubtful.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}

/// <summary>How a run is observed.</summary>
public enum ObservationMode
{
    /// <summary>Not at all.</summary>
    Off,

    /// <summary>Each Python reports, and the processes are followed in <c>/proc</c>.</summary>
    Report,

    /// <summary>Each Python reports, and the processes are followed by <c>ptrace(2)</c>, which misses none.</summary>
    Trace,
}

/// <summary>A Python process of a run.</summary>
/// <param name="ProcessId">Its number on the machine it ran on.</param>
/// <param name="Executable">The interpreter, links followed.</param>
/// <param name="Version">For example <c>3.11.7</c>; <see langword="null"/> where it did not report.</param>
/// <param name="IsObserved">Whether it reported what it imported.</param>
/// <param name="Why">Why it could not, for example <c>-I</c>.</param>
public sealed record ObservedProcess(int ProcessId, string Executable, string? Version, bool IsObserved, string? Why)
{
    /// <summary>Its <c>sys.prefix</c>; <see langword="null"/> where it did not report.</summary>
    public string? Prefix { get; init; }

    /// <summary>Whether it ran the captured environment's Python.</summary>
    public bool IsCaptured { get; init; } = true;
}

/// <summary>A distribution that a run imported from.</summary>
/// <param name="Name">As it is captured, or as its files name it where it was not captured.</param>
/// <param name="Version">The version that was loaded.</param>
/// <param name="Captured">The version in the capture; <see langword="null"/> where it was not captured.</param>
/// <param name="Modules">The top-level modules that were imported, sorted.</param>
public sealed record UsedDistribution(string Name, string Version, string? Captured, ImmutableArray<string> Modules);

/// <summary>
/// A module or a library that was loaded from outside the environment and the project, or from the project in place of a
/// captured one.
/// </summary>
/// <param name="Name">The module's name, or the library's file name.</param>
/// <param name="Path">Absolute.</param>
/// <param name="Shadows">
/// The captured distribution that has the same module, <c>python</c> for the standard library; <see langword="null"/>
/// where none does.
/// </param>
public sealed record OutsideFile(string Name, string Path, string? Shadows)
{
    /// <summary>Whether it is a native library that the capture does not list, and no module.</summary>
    public bool IsLibrary { get; init; }
}

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
    public static RunObservation Read(ReadOnlyMemory<byte> json, string path) => JsonFields.Read(
        json,
        static root => root.Text("schema") == RunObservation.Schema
            ? ReadRoot(root)
            : throw new FormatException($"its schema is {root.Text("schema") ?? "missing"}, this firn reads {RunObservation.Schema}"),
        (reason, exception) => new FirnException(
            $"{path} is not an observation that can be read: {reason}",
            "`firn store check --read-data` says whether it is damaged; a newer firn may read it",
            innerException: exception));

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

/// <summary>The requirements of what a run used: the lines of <c>pip freeze</c> of those distributions.</summary>
internal static class UsedRequirements
{
    /// <summary>The lines, sorted by name, LF at the end of each.</summary>
    public static string Write(RunObservation observation, Capture capture)
    {
        var frozen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in capture.Freeze.Entries)
        {
            frozen.TryAdd(FreezeEntry.CanonicalNameOf(entry), entry);
        }

        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var use in observation.Used)
        {
            // setuptools' .pth imports it in every Python: nobody asked for it.
            if (use.Modules is ["_distutils_hack"])
            {
                continue;
            }

            var name = CanonicalName.Of(use.Name);
            var isCaptured = use.Captured == use.Version;

            // pip leaves its own tools out of its list, and what was not captured is in no list.
            lines[name] = isCaptured && frozen.TryGetValue(name, out var entry) ? entry : $"{use.Name}=={use.Version}";
        }

        var text = new StringBuilder();
        foreach (var line in lines.Values)
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }
}
