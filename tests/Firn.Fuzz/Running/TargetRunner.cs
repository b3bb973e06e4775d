using System.Diagnostics;
using Firn.Common;
using Firn.Fuzz.Mutations;

namespace Firn.Fuzz.Running;

/// <summary>Feeds a target and watches what it does.</summary>
internal sealed class TargetRunner(FuzzTarget target, ulong seed)
{
    private const int MaxFailures = 20;
    private readonly InputMutator _mutator = new(target);
    private readonly List<FuzzFailure> _failures = [];
    private readonly HashSet<string> _faults = new(StringComparer.Ordinal);
    private TimeSpan _slowest;
    private long _slowestIndex;
    private long _largest;

    /// <summary>Told the number of each input before it is run, so that a process that dies leaves a trace.</summary>
    public Action<long, byte[]>? Starting { get; init; }

    /// <summary>Runs the inputs, or fewer where the time is over.</summary>
    public TargetResult Run(long first, long count, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        long done = 0;
        while (done < count && watch.Elapsed < time && _failures.Count < MaxFailures)
        {
            RunInput(first + done);
            done++;
        }

        return Result(done, watch.Elapsed);
    }

    /// <summary>Runs bytes from a file.</summary>
    public TargetResult Replay(byte[] input)
    {
        var watch = Stopwatch.StartNew();
        Judge(0, input);
        return Result(1, watch.Elapsed);
    }

    private TargetResult Result(long inputs, TimeSpan time) =>
        new(target.Name, inputs, time, _slowest, _slowestIndex, _largest, [.. _failures]);

    private void RunInput(long index)
    {
        var input = _mutator.Input(seed, index);
        Starting?.Invoke(index, input);
        Judge(index, input);
    }

    private void Judge(long index, byte[] input)
    {
        var measured = Measure(input);
        // Another process or a collection may have had the time: only what is slow three times is slow.
        for (var i = 0; i < 2 && measured.Exception is null && measured.Time > Measurement.MaxTimeLength; i++)
        {
            measured = Measure(input);
        }

        if (measured.Time > _slowest)
        {
            (_slowest, _slowestIndex) = (measured.Time, index);
        }

        _largest = Math.Max(_largest, measured.Allocated);
        if (measured.Fault is { } fault && _faults.Add(fault))
        {
            var smallest = measured.Exception is null
                ? input
                : InputMinimizer.Minimize(input, candidate => Measure(candidate).Fault == fault);
            _failures.Add(new FuzzFailure(target.Name, index, $"{fault}\n{measured.Exception}", smallest));
        }
    }

    private Measurement Measure(byte[] input)
    {
        var bytes = input.ToArray();
        var before = Allocated();
        var start = Stopwatch.GetTimestamp();
        Exception? thrown = null;
        try
        {
            target.Run(bytes);
        }
        catch (FirnException)
        {
            // The one exception that users may see.
        }
#pragma warning disable CA1031 // To find any other exception is what this is for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            thrown = exception;
        }

        return new Measurement(Stopwatch.GetElapsedTime(start), Allocated() - before, thrown);
    }

    private long Allocated() =>
        target.UsesThreads ? GC.GetTotalAllocatedBytes() : GC.GetAllocatedBytesForCurrentThread();
}
