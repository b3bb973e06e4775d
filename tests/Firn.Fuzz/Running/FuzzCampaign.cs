using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Fuzz.Running;

/// <summary>Runs the targets one after the other, each in a thread with a small stack.</summary>
internal sealed class FuzzCampaign(FuzzOptions options, ImmutableArray<FuzzTarget> targets, ScratchFolder scratch)
{
    /// <summary>The smallest that any system gives a thread by default; deep recursion shows the sooner.</summary>
    private const int StackSize = 512 * 1024;

    private readonly FailureFolder _failures = new(options.Failures, options.Seed);

    /// <summary>Runs everything and returns whether nothing failed.</summary>
    public bool Run()
    {
        var chosen = Choose();
        var shares = 0.0;
        foreach (var target in chosen)
        {
            shares += 1.0 / target.Cost;
        }

        var results = new List<TargetResult>();
        foreach (var target in chosen)
        {
            var count = options.Inputs == long.MaxValue
                ? long.MaxValue
                : (long)Math.Ceiling(options.Inputs / shares / target.Cost);
            var time = options.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds / chosen.Length) : TimeSpan.MaxValue;
            var result = Run(target, count, time);
            results.Add(result);
            Console.Error.WriteLine($"{target.Name}: {result.Inputs} inputs, the slowest was {result.SlowestIndex}");
            foreach (var failure in result.Failures)
            {
                Console.Error.WriteLine(_failures.Save(failure));
            }
        }

        Console.Write(ResultTable.Write(results));
        return results.TrueForAll(result => result.Failures.IsEmpty);
    }

    private ImmutableArray<FuzzTarget> Choose()
    {
        if (options.Target is not { } name)
        {
            return options.Replay is null
                ? targets
                : throw new FirnException("--replay needs --target", "name the target that the file is for", FailureKind.InvalidRequest);
        }

        foreach (var target in targets)
        {
            if (target.Name == name)
            {
                return [target];
            }
        }

        throw new FirnException(
            $"there is no target {name}", $"one of: {string.Join(", ", targets.Select(target => target.Name))}", FailureKind.InvalidRequest);
    }

    private TargetResult Run(FuzzTarget target, long count, TimeSpan time)
    {
        using var watchdog = new Watchdog(scratch["running.txt"], _failures, target.Name);
        var runner = new TargetRunner(target, options.Seed) { Starting = watchdog.Start };
        TargetResult? result = null;
        var thread = new Thread(
            () => result = options.Replay is { } file
                ? runner.Replay(File.ReadAllBytes(file))
                : runner.Run(options.First, count, time),
            StackSize)
        {
            IsBackground = true,
        };
        thread.Start();
        watchdog.Wait(thread);
        return result!;
    }
}
