using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Runs.Launching;

namespace Firn.Runs.Observation;

/// <summary>Puts together what the processes reported, what was seen of them, and what was captured.</summary>
internal sealed class ObservationBuilder
{
    private readonly Capture _capture;
    private readonly CapturedPlaces _places;
    private readonly ModuleOrigins _origins;
    private readonly OpenMpLibraries _openMp = new();
    private readonly LoadedLibraries _libraries;
    private readonly List<ObservedProcess> _processes = [];
    private readonly List<Problem> _problems;

    public ObservationBuilder(Capture capture, string projectFolder, List<Problem> problems)
    {
        _capture = capture;
        _places = new CapturedPlaces(capture, projectFolder);
        _origins = new ModuleOrigins(capture, _places);
        _libraries = new LoadedLibraries(capture, _places);
        _problems = problems;
    }

    public RunObservation Build(
        ObservationMode mode, List<ProcessReport> reports, IReadOnlyList<SeenProcess> seen, CancellationToken cancellation)
    {
        var libraries = new Dictionary<int, HashSet<string>>();
        foreach (var process in seen)
        {
            Libraries(libraries, process.ProcessId).UnionWith(process.Libraries);
        }

        foreach (var report in reports)
        {
            cancellation.ThrowIfCancellationRequested();
            Libraries(libraries, report.ProcessId).UnionWith(
                report.Libraries.Where(static path => ProcFiles.IsSharedObject(path)).Select(ProcFiles.WithoutDeleted));
            Add(report);
        }

        AddSilent(reports, seen);
        var captured = new HashSet<int>();
        foreach (var process in _processes)
        {
            if (process.IsCaptured)
            {
                captured.Add(process.ProcessId);
            }
        }

        foreach (var (id, mapped) in libraries)
        {
            cancellation.ThrowIfCancellationRequested();
            _openMp.AddProcess(mapped);
            if (captured.Contains(id))
            {
                _libraries.Add(mapped);
            }
        }

        return Result(mode);
    }

    private void Add(ProcessReport report)
    {
        var isCaptured = report.Prefix == _capture.Environment.Prefix || RealPath.Of(report.Prefix) == _places.Prefix;
        if (isCaptured && !_places.IsInEnvironment(report.StandardLibrary))
        {
            _origins.AddLibrary(report.StandardLibrary);
        }

        foreach (var (name, path) in report.Modules)
        {
            if (isCaptured || !IsIn(report, path))
            {
                _origins.Add(name, path);
            }
        }

        if (isCaptured && report.LastImport is { } last && !report.HasEnded)
        {
            _origins.AddByName(last);
        }

        var executable = report.Executable.Length == 0 ? "python" : RealPath.Of(report.Executable);
        _processes.Add(new ObservedProcess(report.ProcessId, executable, report.Version, true, null)
        {
            Prefix = report.Prefix,
            IsCaptured = isCaptured,
        });
    }

    /// <summary>Whether a module is of the other Python that a process ran: the process says that once for all of them.</summary>
    private static bool IsIn(ProcessReport report, string path) =>
        RealPath.IsWithin(path, report.Prefix) || RealPath.IsWithin(path, report.BasePrefix);

    private void AddSilent(List<ProcessReport> reports, IReadOnlyList<SeenProcess> seen)
    {
        var started = new HashSet<int>();
        var all = new HashSet<int>();
        foreach (var report in reports)
        {
            all.Add(report.ProcessId);
            if (!report.IsFork)
            {
                started.Add(report.ProcessId);
            }
        }

        var captured = _capture.Environment.Executable is { } executable ? RealPath.Of(executable) : null;
        foreach (var process in seen)
        {
            // What a program wrote over its own variables (setproctitle) says nothing: it has reported.
            var isOption = process.Why is ['-', ..];
            var hasReported = process.Why is null ? all.Contains(process.ProcessId)
                : !isOption && started.Contains(process.ProcessId);
            if (!process.IsFork && !process.RunsNothing && !hasReported)
            {
                _processes.Add(new ObservedProcess(
                    process.ProcessId, process.Executable, null, false, process.Why ?? PythonCommandLine.Unknown)
                {
                    IsCaptured = process.Executable == captured,
                });
            }
        }
    }

    private RunObservation Result(ObservationMode mode)
    {
        _processes.Sort(static (left, right) => left.ProcessId.CompareTo(right.ProcessId));
        var used = _origins.Used.ToList();
        var names = used.Select(static use => Firn.Python.CanonicalName.Of(use.Name)).ToHashSet(StringComparer.Ordinal);
        var observation = new RunObservation
        {
            Mode = mode,
            Processes = [.. _processes],
            Used = [.. used],
            Unused = [.. _capture.Distributions.Where(d => !names.Contains(d.CanonicalName)).Select(static d => d.Name)],
            Outside = [.. _origins.Outside, .. _libraries.Outside],
            OpenMpRuntimes = [.. _openMp.Runtimes],
            HasOpenMpConflict = _openMp.IsConflict,
        };
        ObservationProblems.Add(observation, _problems);
        return observation with { Problems = [.. _problems] };
    }

    private static HashSet<string> Libraries(Dictionary<int, HashSet<string>> libraries, int process)
    {
        if (!libraries.TryGetValue(process, out var found))
        {
            found = new HashSet<string>(StringComparer.Ordinal);
            libraries.Add(process, found);
        }

        return found;
    }
}

/// <summary>What a user should hear of an observation, a line each.</summary>
internal static class ObservationProblems
{
    public static void Add(RunObservation observation, List<Problem> problems)
    {
        var told = new HashSet<(string, string?)>();
        foreach (var process in observation.Processes)
        {
            if (!process.IsObserved && told.Add((process.Executable, process.Why)))
            {
                problems.Add(new Problem(
                    "process-not-observed", process.Executable,
                    $"a Python process did not report what it imported ({process.Why})"));
            }
            else if (!process.IsCaptured && told.Add((process.Executable, null)))
            {
                problems.Add(new Problem(
                    "process-other-python", process.Executable, "a process ran another Python than the captured one"));
            }
        }

        foreach (var file in observation.Outside)
        {
            if (file.Shadows is { } shadows && !file.IsLibrary)
            {
                var what = shadows == "python" ? "the standard library's" : $"that of {shadows}";
                problems.Add(new Problem(
                    "module-shadowed", file.Path, $"the module {file.Name} was loaded in place of {what}"));
            }
        }

        foreach (var use in observation.Used)
        {
            if (use.Captured is { } captured && captured != use.Version)
            {
                problems.Add(new Problem(
                    "version-not-captured", null, $"{use.Name} {use.Version} was loaded, {captured} was captured"));
            }
        }

        if (observation.OpenMpRuntimes.Length > 1)
        {
            AddOpenMp(observation, problems);
        }
    }

    private static void AddOpenMp(RunObservation observation, List<Problem> problems)
    {
        var runtimes = string.Join(" and ", observation.OpenMpRuntimes);
        problems.Add(observation.HasOpenMpConflict
            ? new Problem(
                "openmp-conflict", null, $"one process had OpenMP runtimes that crash or hang together: {runtimes}")
            : new Problem("openmp-several", null, $"one process had several OpenMP runtimes: {runtimes}"));
    }
}
