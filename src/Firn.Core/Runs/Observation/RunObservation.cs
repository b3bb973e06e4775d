using System.Collections.Immutable;
using System.Text;
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
    public static byte[] Write(RunObservation observation) => JsonMembers.Write(RunObservation.Schema, observation, Table);

    /// <summary>Reads a document, also one of a later version with more fields.</summary>
    /// <param name="json">Its bytes.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="FirnException">It is none, or of a schema that is not known.</exception>
    public static RunObservation Read(ReadOnlyMemory<byte> json, string path) => JsonFields.Read(
        json,
        static root => root.Text("schema") == RunObservation.Schema
            ? JsonMembers.Read<RunObservation>(root, Table)
            : throw new FormatException($"its schema is {root.Text("schema") ?? "missing"}, this firn reads {RunObservation.Schema}"),
        (reason, exception) => new FirnException(
            $"{path} is not an observation that can be read: {reason}",
            "`firn store check --read-data` says whether it is damaged; a newer firn may read it",
            innerException: exception));

    private static RunObservation Table(JsonMembers json, RunObservation? observation) => new()
    {
        Mode = Mode(json.Text("mode", observation is null ? null : ModeName(observation.Mode))),
        Outside = json.Keep(json.Part("openmp", observation, OpenMp), out var openMp)
            .Objects("outside", observation?.Outside, Outside),
        HasOpenMpConflict = openMp.HasOpenMpConflict,
        OpenMpRuntimes = openMp.OpenMpRuntimes,
        Problems = ProblemsJson.Of(json, observation?.Problems),
        Processes = json.Objects("processes", observation?.Processes, Process),
        Unused = json.Texts("unused", observation?.Unused),
        Used = json.Objects("used", observation?.Used, Used),
    };

    private static RunObservation OpenMp(JsonMembers json, RunObservation? observation) => new()
    {
        HasOpenMpConflict = json.Flag("conflict", observation?.HasOpenMpConflict) ?? false,
        OpenMpRuntimes = json.Texts("runtimes", observation?.OpenMpRuntimes),
        Processes = [],
    };

    private static OutsideFile Outside(JsonMembers json, OutsideFile? file) => new(string.Empty, string.Empty, null)
    {
        IsLibrary = json.Text("kind", file is null ? null : file.IsLibrary ? Library : Module) == Library,
        Name = json.RequiredText("name", file?.Name),
        Path = json.RequiredText("path", file?.Path),
        Shadows = json.Text("shadows", file?.Shadows),
    };

    private static ObservedProcess Process(JsonMembers json, ObservedProcess? process) => new(0, string.Empty, null, false, null)
    {
        IsCaptured = json.Flag("captured", process?.IsCaptured) ?? true,
        Executable = json.RequiredText("executable", process?.Executable),
        IsObserved = json.Flag("observed", process?.IsObserved) ?? false,
        Prefix = json.Text("prefix", process?.Prefix),
        ProcessId = json.Count("process_id", process?.ProcessId),
        Version = json.Text("version", process?.Version),
        Why = json.Text("why", process?.Why),
    };

    private static UsedDistribution Used(JsonMembers json, UsedDistribution? used) => new(
        Captured: json.Text("captured", used?.Captured),
        Modules: json.Texts("modules", used?.Modules),
        Name: json.RequiredText("name", used?.Name),
        Version: json.RequiredText("version", used?.Version));

    private static ObservationMode Mode(string? name) => name switch
    {
        "off" => ObservationMode.Off,
        "trace" => ObservationMode.Trace,
        _ => ObservationMode.Report,
    };

    private static string ModeName(ObservationMode mode) => mode switch
    {
        ObservationMode.Off => "off",
        ObservationMode.Trace => "trace",
        _ => "report",
    };
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
