using System.Runtime.InteropServices;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>
/// Turns Ctrl-C and a request to end into a cancellation, for commands that have something to put away. The second one
/// ends the process at once.
/// </summary>
internal sealed class CancellationBySignal : IInterruption
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public CancellationBySignal()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Cancel));
        }
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
