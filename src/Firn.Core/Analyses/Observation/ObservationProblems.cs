using Firn.Common;

namespace Firn.Analyses.Observation;

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
