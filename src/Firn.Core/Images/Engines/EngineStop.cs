using System.Diagnostics;
using Firn.Common.Native;
using Firn.Runs.Launching;

namespace Firn.Images.Engines;

/// <summary>
/// Asks an engine to end, and gives it time to put its work away. docker's client tells the daemon. podman dies of a signal where it
/// stands: the step goes on without it, and its container stays. The process that runs a step for podman and buildah ends the step when
/// it is asked to, which makes the build fail, and a build that fails removes its containers.
/// </summary>
internal static class EngineStop
{
    private const int LookEvery = 50;
    private const int AskEvery = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Ends a process of an engine, and what it has started.</summary>
    /// <param name="process">The process.</param>
    /// <param name="byItsChildren">Whether those that run steps are asked, and not the process itself.</param>
    public static void End(Process process, bool byItsChildren)
    {
        var asked = new Dictionary<int, long>();
        var started = new Dictionary<int, long>();
        try
        {
            for (var start = Environment.TickCount64; Environment.TickCount64 - start < Patience.TotalMilliseconds;)
            {
                AddBelow(process.Id, started);
                foreach (var id in byItsChildren ? ChildrenOf(process.Id) : [process.Id])
                {
                    // A step may not be ready yet to be told; a client that is told twice gives up what it is putting away.
                    if (!asked.TryGetValue(id, out var last) || (byItsChildren && Environment.TickCount64 - last > AskEvery))
                    {
                        asked[id] = Environment.TickCount64;
                        _ = ProcessCalls.SendSignal(id, ProcessCalls.Terminate);
                    }
                }

                if (process.WaitForExit(LookEvery))
                {
                    break;
                }
            }

            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        // A step whose own keeper died of the signal, as it does in the moment in which it starts the step.
        foreach (var (id, time) in started)
        {
            if (ProcFiles.State(id)?.StartTime == time)
            {
                _ = ProcessCalls.SendSignal(id, ProcessCalls.Kill);
            }
        }
    }

    private static List<int> ChildrenOf(int process)
    {
        var children = new List<int>();
        ProcFiles.AddChildren(process, children);
        return children;
    }

    /// <summary>Notes all that a process has started, and when, which tells it from a later one of the same number.</summary>
    private static void AddBelow(int process, Dictionary<int, long> started)
    {
        var open = new Stack<int>(ChildrenOf(process));
        while (open.TryPop(out var id))
        {
            if (ProcFiles.State(id) is { } state)
            {
                started[id] = state.StartTime;
                ChildrenOf(id).ForEach(open.Push);
            }
        }
    }
}
