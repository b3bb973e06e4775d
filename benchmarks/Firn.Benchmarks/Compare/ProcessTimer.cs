using System.Collections.Immutable;
using System.Diagnostics;

namespace Firn.Benchmarks.Compare;

/// <summary>Measures processes from before they start until they have ended. Their output is read and dropped.</summary>
internal static class ProcessTimer
{
    /// <summary>
    /// Runs all contestants once unmeasured, then <paramref name="runs"/> times in turn (A B A B ...), so that whatever
    /// else the machine does meets all of them.
    /// </summary>
    public static ImmutableArray<Timings> Measure(int runs, params ReadOnlySpan<Contestant> contestants)
    {
        for (var index = 0; index < contestants.Length; index++)
        {
            Run(contestants[index], run: 0);
        }

        return MeasureWarm(runs, contestants);
    }

    /// <summary>The same for contestants that are slow, and whose files are in the system's cache: no run is dropped.</summary>
    public static ImmutableArray<Timings> MeasureWarm(int runs, params ReadOnlySpan<Contestant> contestants)
    {
        var times = new (List<TimeSpan> Wall, List<TimeSpan> Processor)[contestants.Length];
        for (var run = 1; run <= runs; run++)
        {
            for (var index = 0; index < contestants.Length; index++)
            {
                var (wall, processor) = Run(contestants[index], run);
                times[index] = run == 1 ? ([], []) : times[index];
                times[index].Wall.Add(wall);
                times[index].Processor.Add(processor);
            }
        }

        var timings = ImmutableArray.CreateBuilder<Timings>(contestants.Length);
        for (var index = 0; index < contestants.Length; index++)
        {
            timings.Add(new Timings(contestants[index].Name, [.. times[index].Wall]) { Processor = [.. times[index].Processor] });
        }

        return timings.MoveToImmutable();
    }

    /// <summary>Runs one process and returns its wall time.</summary>
    /// <exception cref="BenchmarkException">It cannot be started or fails: its time would mean nothing.</exception>
    public static TimeSpan Run(
        string fileName,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? variables = null,
        string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(fileName, arguments)
        {
            WorkingDirectory = workingDirectory ?? string.Empty,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var started = Stopwatch.GetTimestamp();
        using var process = Start(start);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.BaseStream.CopyTo(Stream.Null);
        process.WaitForExit();
        var elapsed = Stopwatch.GetElapsedTime(started);
        return process.ExitCode == 0
            ? elapsed
            : throw new BenchmarkException(
                $"{fileName} {string.Join(' ', arguments)} returned {process.ExitCode}: {error.Result.Trim()}");
    }

    private static (TimeSpan Wall, TimeSpan Processor) Run(Contestant contestant, int run)
    {
        contestant.Before?.Invoke(run);
        var before = ProcessorTime.OfChildren();
        var wall = Run(
            contestant.FileName, contestant.Arguments(run), contestant.Variables, contestant.WorkingDirectory);
        var processor = ProcessorTime.OfChildren() - before;
        contestant.After?.Invoke(run);
        return (wall, processor);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new BenchmarkException($"{start.FileName} cannot be started: {exception.Message}");
        }
    }
}
