using Firn.Runs.Launching;

namespace Firn.Runs.Observation;

/// <summary>
/// Follows the processes of a run in <c>/proc</c>, on a thread of its own: which are Python, and what they have mapped. It
/// looks often while new processes come, and seldom when none do. A process that lives shorter than that is not seen.
/// </summary>
internal sealed class ProcessFollower(string shimFolder) : IDisposable
{
    private const int MaxInterval = 250;
    private const int MaxLookInterval = 5000;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _roots = [];
    private readonly Dictionary<int, SeenProcess> _alive = [];
    private readonly List<SeenProcess> _seen = [];
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;
    private long _lastNews;

    /// <summary>Follows a process and its descendants from now on.</summary>
    public void Follow(int process)
    {
        lock (_lock)
        {
            _roots.Add(process);
            _lastNews = Environment.TickCount64;
            if (_thread is null && ProcFiles.Exists)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "firn observer" };
                _thread.Start();
            }
        }
    }

    /// <summary>Ends following.</summary>
    /// <returns>All that was seen.</returns>
    public IReadOnlyList<SeenProcess> Stop()
    {
        _stop.Set();
        _thread?.Join();
        return _seen;
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Run()
    {
        do
        {
            Look();
        }
        while (!_stop.Wait(Interval()));
    }

    private int Interval()
    {
        lock (_lock)
        {
            // A tenth of the time since something new was seen: 25 ms at first, a quarter of a second at last.
            return (int)Math.Clamp((Environment.TickCount64 - _lastNews) / 10, 25, MaxInterval);
        }
    }

    private void Look()
    {
        List<int> pending;
        lock (_lock)
        {
            pending = [.. _roots];
        }

        AddOrphans(pending);
        var met = new HashSet<int>();
        for (var i = 0; i < pending.Count; i++)
        {
            if (met.Add(pending[i]) && Meet(pending[i]) is not null)
            {
                ProcFiles.AddChildren(pending[i], pending);
            }
        }

        // Processes that lost their parents are found by themselves.
        foreach (var (id, process) in new List<KeyValuePair<int, SeenProcess>>(_alive))
        {
            if (met.Contains(id))
            {
                continue;
            }

            var rest = new List<int>();
            if (ProcFiles.State(id)?.StartTime != process.StartTime || Meet(id) is null)
            {
                _alive.Remove(id);
                continue;
            }

            ProcFiles.AddChildren(id, rest);
            rest.ForEach(child => Meet(child));
        }
    }

    /// <summary>
    /// Where firn adopts orphans (<c>PR_SET_CHILD_SUBREAPER</c>), a process that lost its parent between two looks is
    /// firn's own child, and known by its PYTHONPATH.
    /// </summary>
    private void AddOrphans(List<int> pending)
    {
        var children = new List<int>();
        ProcFiles.AddChildren(Environment.ProcessId, children);
        foreach (var child in children)
        {
            if (!_alive.ContainsKey(child) && !pending.Contains(child)
                && PythonCommandLine.WhyNot([], ProcFiles.Variables(child), shimFolder) is null)
            {
                pending.Add(child);
            }
        }
    }

    /// <summary>Notes a process; <see langword="null"/> where it is gone.</summary>
    private SeenProcess? Meet(int id)
    {
        if (ProcFiles.Executable(id) is not { } executable || ProcFiles.State(id) is not { } state)
        {
            return null;
        }

        if (!_alive.TryGetValue(id, out var known) || known.StartTime != state.StartTime || known.ArgumentsAt != state.ArgumentsAt)
        {
            known = Note(id, state, executable);
        }

        if (known is not null)
        {
            LookAtLibraries(known);
        }

        return known;
    }

    private SeenProcess? Note(int id, ProcessState state, string executable)
    {
        // Empty while a program is being executed: the next look sees it.
        var commandLine = ProcFiles.CommandLine(id);
        if (commandLine.Length == 0)
        {
            return null;
        }

        _alive.TryGetValue(state.Parent, out var parent);
        var process = new SeenProcess
        {
            ProcessId = id,
            StartTime = state.StartTime,
            ArgumentsAt = state.ArgumentsAt,
            Executable = executable,
            IsFork = parent?.ArgumentsAt == state.ArgumentsAt && parent.Executable == executable,
            Why = PythonCommandLine.WhyNot(commandLine, ProcFiles.Variables(id), shimFolder),
            RunsNothing = PythonCommandLine.RunsNothing(commandLine),
        };
        _alive[id] = process;
        lock (_lock)
        {
            _lastNews = Environment.TickCount64;
        }

        if (PythonCommandLine.IsPython(executable))
        {
            Add(process);
        }

        return process;
    }

    private void Add(SeenProcess process)
    {
        process.IsPython = true;
        _seen.Add(process);
    }

    private void LookAtLibraries(SeenProcess process)
    {
        var now = Environment.TickCount64;
        if (now < process.NextLook)
        {
            return;
        }

        process.NextLook = now + process.LookInterval;
        process.LookInterval = Math.Min(process.LookInterval * 2, MaxLookInterval);
        ProcFiles.AddLibraries(process.ProcessId, process.Libraries);
        if (!process.IsPython && process.Libraries.Any(IsPythonLibrary))
        {
            Add(process);
        }
    }

    private static bool IsPythonLibrary(string path) =>
        Path.GetFileName(path).StartsWith("libpython", StringComparison.Ordinal);
}

/// <summary>A process of a run as the follower met it; another program that it executes is another one.</summary>
internal sealed class SeenProcess
{
    public required int ProcessId { get; init; }

    public required long StartTime { get; init; }

    /// <summary>Links followed.</summary>
    public required string Executable { get; init; }

    /// <summary>Where its arguments lie in its memory: the same in a copy, another when a program is executed.</summary>
    public required ulong ArgumentsAt { get; init; }

    /// <summary>Whether it is a copy of its parent that executed nothing.</summary>
    public bool IsFork { get; init; }

    /// <summary>Why it cannot report, as far as its arguments and variables say.</summary>
    public string? Why { get; init; }

    /// <summary>Whether it only prints its version or its help.</summary>
    public bool RunsNothing { get; init; }

    /// <summary>Whether it runs Python: its program is one, or has loaded one.</summary>
    public bool IsPython { get; set; }

    /// <summary>The shared objects that it had mapped whenever they were looked at.</summary>
    public HashSet<string> Libraries { get; } = new(StringComparer.Ordinal);

    /// <summary>When they are looked at again, by <see cref="Environment.TickCount64"/>.</summary>
    public long NextLook { get; set; }

    /// <summary>The time until then, in milliseconds; it doubles.</summary>
    public int LookInterval { get; set; } = 50;
}
