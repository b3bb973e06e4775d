using Firn.Common;
using Firn.Python;

namespace Firn.Captures.Archives.Planning;

/// <summary>
/// Scans an environment's own folders on a thread of its own, as soon as it is known where they are: beside the capture,
/// which reads other files. Only for an archive that follows the capture at once, since the scan grows old.
/// </summary>
internal sealed class ScanAhead
{
    private readonly TreeSource _source;
    private readonly CancellationToken _cancellation;
    private readonly Thread _thread;
    private SourceScan? _scan;

    private ScanAhead(TreeSource source, CancellationToken cancellation)
    {
        _source = source;
        _cancellation = cancellation;
        _thread = new Thread(Run) { IsBackground = true, Name = "firn scan" };
        _thread.Start();
    }

    /// <summary>When it began.</summary>
    public DateTimeOffset Began { get; } = DateTimeOffset.UtcNow;

    /// <summary>Begins a scan; <see langword="null"/> where the environment has no folders of its own.</summary>
    public static ScanAhead? Start(PythonEnvironment environment, Surroundings surroundings, CancellationToken cancellation) =>
        environment.PathStyle == PathStyle.Posix && EnvironmentLayout.OwnSource(environment) is { } source
            ? new ScanAhead(source with { Home = surroundings.HomeDirectory }, cancellation)
            : null;

    /// <summary>
    /// Waits for the scan, and gives what it found in the folders of a source; <see langword="null"/> where it has scanned
    /// others, or failed: then the one who asks looks for himself, and says why.
    /// </summary>
    public SourceScan? Take(TreeSource source)
    {
        _thread.Join();
        if (!source.IsSameAs(_source))
        {
            return null;
        }

        // It is large, and lives as long as the one who takes it needs it.
        var scan = _scan;
        _scan = null;
        return scan;
    }

    private void Run()
    {
        try
        {
            _scan = SourceScan.Of(_source, _cancellation);
        }
        catch (Exception exception) when (exception is FirnException or OperationCanceledException)
        {
            // It is tried again by the one who asks.
        }
    }
}
