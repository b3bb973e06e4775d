namespace Firn.Analyses.Launching;

/// <summary>The processes that this firn has started and waits for itself; any other child of it is left over.</summary>
internal sealed class LaunchedProcesses
{
    private readonly Lock _lock = new();
    private readonly List<int> _ids = [];
    private int _runs;

    /// <summary>Whether a single run is under way.</summary>
    public bool IsAlone
    {
        get
        {
            lock (_lock)
            {
                return _runs <= 1;
            }
        }
    }

    public void StartRun()
    {
        lock (_lock)
        {
            _runs++;
        }
    }

    public void EndRun()
    {
        lock (_lock)
        {
            _runs--;
        }
    }

    /// <summary>Starts a process so that nobody takes it for left over.</summary>
    public ChildProcess? TryStart(ChildStart start, out int error)
    {
        lock (_lock)
        {
            var process = ChildProcess.TryStart(start, out error);
            if (process is not null)
            {
                _ids.Add(process.Id);
            }

            return process;
        }
    }

    /// <summary>Forgets a process that has been waited for.</summary>
    public void Forget(ChildProcess process)
    {
        lock (_lock)
        {
            _ids.Remove(process.Id);
        }
    }

    public bool Contains(int id)
    {
        lock (_lock)
        {
            return _ids.Contains(id);
        }
    }
}
