using System.Runtime.ExceptionServices;

namespace Firn.Common;

/// <summary>
/// A work on a thread of its own, beside what its starter does. A failure comes back to the one who waits, since a thread
/// has nobody to tell. A thread pool and its tasks would cost more than there is to win in a few milliseconds.
/// </summary>
/// <remarks>The result is a class: for a struct this would be compiled anew at run time where nothing is precompiled.</remarks>
internal sealed class SideTask<T>
    where T : class
{
    private readonly Func<T> _work;
    private readonly Thread _thread;
    private T? _result;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Begins the work.</summary>
    /// <param name="name">The thread's name, for who looks at the process.</param>
    /// <param name="work">What it does.</param>
    public SideTask(string name, Func<T> work)
    {
        _work = work;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Waits for the result; what the work threw is thrown again.</summary>
    public T Wait()
    {
        _thread.Join();
        _failure?.Throw();
        return _result!;
    }

    /// <summary>Waits for the end, however it ended.</summary>
    public void Join() => _thread.Join();

    private void Run()
    {
        try
        {
            _result = _work();
        }
#pragma warning disable CA1031 // It is thrown again in the thread that waits.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
    }
}
