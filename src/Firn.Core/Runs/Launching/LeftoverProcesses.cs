using System.Text;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Runs.Secrets;

namespace Firn.Runs.Launching;

/// <summary>
/// Ends the processes that a run leaves behind. This process has adopted them (<see cref="ProcessCalls.AdoptOrphans"/>), so
/// they are its children; their own children become so when they have ended.
/// </summary>
internal sealed unsafe class LeftoverProcesses(LaunchedProcesses known, string runId)
{
    private const int MaxCommandLine = 4 * 1024 * 1024;
    private const int MaxShown = 200;
    private const int LookEvery = 5;
    private readonly HashSet<int> _seen = [];
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

        if (!WaitUntilGone(Grace, ProcessCalls.Terminate, ended))
        {
            WaitUntilGone(Killing, ProcessCalls.Kill, ended);
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
                    _ = ProcessCalls.SendSignal(id, number);
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
        var children = new List<int>();
        ProcFiles.AddChildren(Environment.ProcessId, children);
        foreach (var id in children)
        {
            var isNamed = !known.Contains(id) && ProcFiles.HasVariable(id, RunGuard.Variable, runId);
            if (isNamed)
            {
                _seen.Add(id);
            }

            // A dead one bears nothing any more: it is collected where it was seen alive, or where nobody else can wait for it.
            int status;
            if (known.Contains(id) || !(known.OwnsAll || _seen.Contains(id)) || ProcessCalls.WaitFor(id, &status, ProcessCalls.NoWait) != 0)
            {
                continue;
            }

            // Several runs at once: each ends its own, and the last one what bears no name.
            if ((known.OwnsAll && known.IsAlone) || isNamed)
            {
                found.Add(id);
            }
        }

        return found;
    }

    private static string NameOf(int id)
    {
        // Cut only when it is clean: half of a URL does not show what in it is a password.
        var line = BoundedFile.Read($"/proc/{id}/cmdline", MaxCommandLine);
        var text = SecretArguments.MaskText(Encoding.UTF8.GetString(line.Bytes).Replace('\0', ' ').Trim());
        return text.Length == 0 ? $"process {id}" : text.Length <= MaxShown ? text : text[..MaxShown];
    }
}

/// <summary>
/// Ends the processes of a run when firn itself is killed by a signal that it cannot catch: a small shell waits at a pipe,
/// which then ends, and ends all processes that bear the run's variable, however deep and in whatever session they are.
/// Linux only, and only where there is a shell.
/// </summary>
internal sealed unsafe class RunGuard : IDisposable
{
    /// <summary>The variable by which the processes of a run are known.</summary>
    public const string Variable = "FIRN_RUN_ID";

    private const string Shell = "/bin/sh";

    // A line says that all is well; the end of the pipe without one, that firn is gone.
    private const string Script =
        """
        trap '' HUP INT QUIT TERM USR1 USR2 PIPE
        read -r line && exit 0
        for signal in TERM KILL; do
          for file in /proc/[0-9]*/environ; do
            if grep -qszxF "FIRN_RUN_ID=$1" "$file" 2>/dev/null; then
              process=${file#/proc/}
              kill -$signal "${process%/environ}" 2>/dev/null
            fi
          done
          [ $signal = KILL ] || sleep 1
        done
        """;

    private readonly LaunchedProcesses _processes;
    private readonly ChildProcess _process;
    private readonly PipeEnds _pipe;

    private RunGuard(LaunchedProcesses processes, ChildProcess process, PipeEnds pipe)
    {
        _processes = processes;
        _process = process;
        _pipe = pipe;
    }

    /// <summary>Starts the guard of a run; <see langword="null"/> where there can be none.</summary>
    public static RunGuard? TryStart(LaunchedProcesses processes, string runId)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Shell))
        {
            return null;
        }

        var pipe = PipeEnds.Make();
        var process = processes.TryStart(
            new ChildStart
            {
                Path = Shell,
                Arguments = ["sh", "-c", Script, "firn-guard", runId],
                Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" },
                Folder = "/",
                Input = pipe.Reader,
                Output = -1,
                Error = -1,
                HasOwnGroup = true,
            },
            out _);
        pipe.CloseReader();
        if (process is not null)
        {
            return new RunGuard(processes, process, pipe);
        }

        pipe.Dispose();
        return null;
    }

    /// <summary>Says that all is well.</summary>
    public void Dispose()
    {
        var line = (byte)'\n';
        _ = Libc.Write(_pipe.Writer, &line, 1);
        _pipe.Dispose();
        _process.Wait();
        _processes.Forget(_process);
    }
}
