using System.Runtime.ExceptionServices;

namespace Firn.Common.Files;

/// <summary>The folders that are still to be listed, for several threads.</summary>
internal sealed class ScanQueue
{
    private readonly Stack<string> _folders = new();
    private readonly object _gate = new();
    private int _unfinished;
    private Exception? _failure;

    public void Add(string folder)
    {
        lock (_gate)
        {
            _folders.Push(folder);
            _unfinished++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The next folder; <see langword="null"/> when all are listed or one failed.</summary>
    public string? Take()
    {
        lock (_gate)
        {
            while (_folders.Count == 0 && _unfinished > 0 && _failure is null)
            {
                Monitor.Wait(_gate);
            }

            return _folders.Count > 0 && _failure is null ? _folders.Pop() : null;
        }
    }

    /// <summary>A folder is listed and has these folders in it.</summary>
    public void Done(List<string> folders)
    {
        lock (_gate)
        {
            for (var i = 0; i < folders.Count; i++)
            {
                _folders.Push(folders[i]);
            }

            _unfinished += folders.Count - 1;
            if (folders.Count > 0 || _unfinished == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    public void Fail(Exception exception)
    {
        lock (_gate)
        {
            _failure ??= exception;
            Monitor.PulseAll(_gate);
        }
    }

    public void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }
}
