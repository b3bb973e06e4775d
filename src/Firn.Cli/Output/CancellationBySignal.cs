using System.Runtime.InteropServices;

namespace Firn.Cli.Output;

/// <summary>
/// Turns Ctrl-C and a request to end into a cancellation, for commands that have something to put away. The second one
/// ends the process at once.
/// </summary>
internal sealed class CancellationBySignal : CancellationTokenSource
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    private readonly Action<int>? _told;

    /// <param name="told">Is told the number of the first signal: it is in the exit code.</param>
    public CancellationBySignal(Action<int>? told)
    {
        _told = told;
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Cancel));
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = !IsCancellationRequested;
        if (context.Cancel)
        {
            _told?.Invoke(context.Signal switch { PosixSignal.SIGHUP => 1, PosixSignal.SIGINT => 2, _ => 15 });
        }

        Cancel();
    }
}
