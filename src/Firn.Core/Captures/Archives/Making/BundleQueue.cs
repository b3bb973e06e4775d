using System.Runtime.ExceptionServices;
using Firn.Captures.Archives.Planning;

namespace Firn.Captures.Archives.Making;

/// <summary>
/// Makes bundles on every core, the largest first, so that no thread is left alone with a large one at the end. The first
/// failure stops all.
/// </summary>
internal sealed class BundleQueue : IDisposable
{
    private readonly List<QueuedBundle> _queue;
    private readonly CancellationTokenSource _stop;
    private readonly Func<QueuedBundle, CancellationToken, MadeBundle> _make;
    private readonly MadeBundle?[] _made;
    private ExceptionDispatchInfo? _failure;
    private int _next = -1;

    /// <param name="bundles">What is to be made.</param>
    /// <param name="make">Makes one; is called from several threads.</param>
    /// <param name="cancellation">Stops all.</param>
    public BundleQueue(
        List<QueuedBundle> bundles,
        Func<QueuedBundle, CancellationToken, MadeBundle> make,
        CancellationToken cancellation)
    {
        _queue = bundles;
        _queue.Sort(static (left, right) => right.Size.CompareTo(left.Size));
        _make = make;
        _made = new MadeBundle?[bundles.Count];
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>Makes all of them.</summary>
    public Dictionary<PlannedBundle, MadeBundle> Run()
    {
        var helpers = new Thread[Math.Clamp(Environment.ProcessorCount, 1, Math.Max(1, _queue.Count)) - 1];
        for (var i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new Thread(Work) { IsBackground = true, Name = "firn archive" };
            helpers[i].Start();
        }

        Work();
        foreach (var helper in helpers)
        {
            helper.Join();
        }

        _failure?.Throw();
        var made = new Dictionary<PlannedBundle, MadeBundle>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < _queue.Count; i++)
        {
            made[_queue[i].Bundle] = _made[i]!;
        }

        return made;
    }

    public void Dispose() => _stop.Dispose();

    private void Work()
    {
        try
        {
            for (var i = Interlocked.Increment(ref _next); i < _queue.Count; i = Interlocked.Increment(ref _next))
            {
                _stop.Token.ThrowIfCancellationRequested();
                _made[i] = _make(_queue[i], _stop.Token);
            }
        }
#pragma warning disable CA1031 // It is thrown again in the thread that waits.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            _stop.Cancel();
        }
    }
}
