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
    private readonly TreeLoader _loader;
    private readonly Thread _thread;
    private List<TreeFile>? _files;

    private ScanAhead(TreeSource source, CancellationToken cancellation)
    {
        _source = source;
        _loader = new TreeLoader(source.Root, cancellation);
        _thread = new Thread(Run) { IsBackground = true, Name = "firn scan" };
        _thread.Start();
    }

    /// <summary>When it began.</summary>
    public DateTimeOffset Began { get; } = DateTimeOffset.UtcNow;

    /// <summary>Begins a scan; <see langword="null"/> where the environment has no folders of its own.</summary>
    public static ScanAhead? Start(PythonEnvironment environment, CancellationToken cancellation) =>
        environment.PathStyle == PathStyle.Posix && EnvironmentLayout.OwnSource(environment) is { } source
            ? new ScanAhead(source, cancellation)
            : null;

    /// <summary>
    /// Waits for the scan, and gives what it found in the folders of a source; <see langword="null"/> where it has scanned
    /// others, or failed: then the one who asks looks for himself, and says why.
    /// </summary>
    public (TreeLoader Loader, List<TreeFile> Files)? Take(TreeSource source)
    {
        _thread.Join();
        return _files is { } files && source.Root == _source.Root && source.Kind == _source.Kind
            && source.Folders.SequenceEqual(_source.Folders)
            ? (_loader, files)
            : null;
    }

    private void Run()
    {
        try
        {
            var files = _loader.Load(_source.Folders, _source.IsExcluded);
            _loader.LeaveOut(OutsideFiles.Of(_source));
            _files = files;
        }
        catch (Exception exception) when (exception is FirnException or OperationCanceledException)
        {
            // It is tried again by the one who asks.
        }
    }
}
