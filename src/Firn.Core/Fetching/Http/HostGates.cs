namespace Firn.Fetching.Http;

/// <summary>Lets only so many transfers at a time to one host.</summary>
internal sealed class HostGates(int mostPerHost)
{
    private readonly Dictionary<string, SemaphoreSlim> _gates = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Waits for a place; the caller releases what it gets.</summary>
    public SemaphoreSlim Enter(Uri address, CancellationToken cancellationToken)
    {
        SemaphoreSlim? gate;
        lock (_gates)
        {
            if (!_gates.TryGetValue(address.Authority, out gate))
            {
                gate = new SemaphoreSlim(Math.Max(1, mostPerHost));
                _gates.Add(address.Authority, gate);
            }
        }

        gate.Wait(cancellationToken);
        return gate;
    }
}
