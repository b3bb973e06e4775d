using System.Text;
using Firn.Analyses.Records;
using Firn.Common;

namespace Firn.Analyses.Launching;

/// <summary>
/// Ends the processes that a run leaves behind. This process has adopted them (<see cref="PosixCalls.AdoptOrphans"/>), so
/// they are its children; their own children become so when they have ended.
/// </summary>
internal sealed unsafe class Leftovers(LaunchedProcesses known, string runId)
{
    private const int MostCommandLine = 4 * 1024 * 1024;
    private const int MostShown = 200;
    private const int LookEvery = 5;
    private static readonly TimeSpan OnTheirOwn = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Killing = TimeSpan.FromSeconds(2);

    /// <summary>Ends what is left.</summary>
    /// <returns>A line for each process that did not end on its own.</returns>
    public IReadOnlyList<string> End()
    {
        var ended = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!OperatingSystem.IsLinux() || WaitUntilGone(OnTheirOwn, null, ended))
        {
            return [];
        }

        if (!WaitUntilGone(Grace, PosixCalls.Terminate, ended))
        {
            WaitUntilGone(Killing, PosixCalls.Kill, ended);
        }

        return [.. ended.Values];
    }

    /// <summary>Sends a signal to each that it meets, until none is left or the time is over.</summary>
    private bool WaitUntilGone(TimeSpan patience, int? signal, Dictionary<string, string> ended)
    {
        var signalled = new List<int>();
        var end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            var left = Find();
            if (left.Count == 0)
            {
                return true;
            }

            foreach (var id in left)
            {
                if (signal is { } number && !signalled.Contains(id))
                {
                    signalled.Add(id);
                    ended.TryAdd($"{id}", $"{NameOf(id)} (process {id})");
                    _ = PosixCalls.SendSignal(id, number);
                }
            }

            if (Environment.TickCount64 >= end)
            {
                return false;
            }

            Thread.Sleep(LookEvery);
        }
    }

    /// <summary>The living children that this run has left; the dead are collected on the way.</summary>
    private List<int> Find()
    {
        var found = new List<int>();
        foreach (var id in ProcessTree.Children(Environment.ProcessId))
        {
            int status;
            if (known.Contains(id) || PosixCalls.WaitFor(id, &status, PosixCalls.NoWait) != 0)
            {
                continue;
            }

            // Several runs at once: each ends its own, and the last one what bears no name.
            if (known.IsAlone || ProcessTree.HasVariable(id, RunGuard.Variable, runId))
            {
                found.Add(id);
            }
        }

        return found;
    }

    private static string NameOf(int id)
    {
        // Cut only when it is clean: half of a URL does not show what in it is a password.
        var line = BoundedFile.Read($"/proc/{id}/cmdline", MostCommandLine);
        var text = SecretArguments.MaskText(Encoding.UTF8.GetString(line.Bytes).Replace('\0', ' ').Trim());
        return text.Length == 0 ? $"process {id}" : text.Length <= MostShown ? text : text[..MostShown];
    }
}
