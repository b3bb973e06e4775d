using Firn.Archives.Plans;
using Firn.Archives.Scanning;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python;

namespace Firn.Archives.Planning;

/// <summary>The trees of an environment as the file system has them now.</summary>
/// <param name="ahead">A scan of the environment's own folders that has begun already.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class EnvironmentScan(BackgroundScan? ahead, CancellationToken cancellation)
{
    private readonly List<SourceScan> _scans = [];

    /// <summary>When it began: what changed since, or in the same instant, is not known.</summary>
    public DateTimeOffset Began { get; } = ahead?.Began ?? DateTimeOffset.UtcNow;

    /// <summary>Scans one more source.</summary>
    public void Add(TreeSource source) => _scans.Add(ahead?.Take(source) ?? SourceScan.Of(source, cancellation));

    /// <summary>The files of a source that was scanned. They take the place of the scan, which is forgotten.</summary>
    public LoadedTree Load(TreeSource source)
    {
        var scan = _scans.Find(scan => scan.Source.IsSameAs(source))!;
        _scans.Remove(scan);
        return TreeLoader.Load(scan);
    }

    /// <summary>
    /// Everything that an archive is made from as one digest, with the latest change of any file; before any of it is loaded.
    /// </summary>
    /// <param name="capture">The environment.</param>
    /// <param name="options">What to archive.</param>
    /// <param name="systemContext">The machine.</param>
    public BundleFingerprint Fingerprint(Capture capture, ArchiveOptions options, SystemContext systemContext)
    {
        using var fingerprint = new StatFingerprint();
        fingerprint.Add(BundleFingerprint.RulesVersion);
        fingerprint.Add(capture.EnvironmentId);
        fingerprint.Add(capture.Platform);
        fingerprint.Add(options.WithInterpreter ? 1 : 0);
        fingerprint.Add(capture.Environment.Executable ?? string.Empty);
        fingerprint.Add(capture.Environment.PythonVersion);
        foreach (var entry in capture.Environment.SearchPath)
        {
            fingerprint.Add(entry.Path);
        }

        foreach (var scan in _scans)
        {
            scan.AddTo(fingerprint);
        }

        // What else says who owns a file.
        AddFile(fingerprint, systemContext.SystemPath("/var/lib/dpkg/status"));
        AddRecords(fingerprint, capture.Environment.Prefix);
        if (capture.Environment.IsVirtualEnvironment)
        {
            AddRecords(fingerprint, capture.Environment.BasePrefix);
        }

        return new BundleFingerprint(fingerprint.Finish(), fingerprint.Newest);
    }

    private static void AddRecords(StatFingerprint fingerprint, string prefix)
    {
        var records = Path.Join(prefix, "conda-meta");
        var names = new List<string>();
        foreach (var entry in DirectoryReader.List(records, out _))
        {
            names.Add(entry.Name);
        }

        names.Sort(StringComparer.Ordinal);
        names.ForEach(name => AddFile(fingerprint, Path.Join(records, name)));
    }

    private static void AddFile(StatFingerprint fingerprint, string path)
    {
        if (FileStatReader.TryRead(path, out var stat))
        {
            fingerprint.Add(path);
            fingerprint.Add(stat);
        }
    }
}

/// <summary>
/// Scans an environment's own folders on a thread of its own, as soon as it is known where they are: beside the capture,
/// which reads other files. Only for an archive that follows the capture at once, since the scan grows old.
/// </summary>
internal sealed class BackgroundScan
{
    private readonly TreeSource _source;
    private readonly CancellationToken _cancellation;
    private readonly Thread _thread;
    private SourceScan? _scan;

    private BackgroundScan(TreeSource source, CancellationToken cancellation)
    {
        _source = source;
        _cancellation = cancellation;
        _thread = new Thread(Run) { IsBackground = true, Name = "firn scan" };
        _thread.Start();
    }

    /// <summary>When it began.</summary>
    public DateTimeOffset Began { get; } = DateTimeOffset.UtcNow;

    /// <summary>Begins a scan; <see langword="null"/> where the environment has no folders of its own.</summary>
    public static BackgroundScan? Start(PythonEnvironment environment, SystemContext systemContext, CancellationToken cancellation) =>
        environment.PathStyle == PathStyle.Posix && EnvironmentLayout.OwnSource(environment) is { } source
            ? new BackgroundScan(source with { Home = systemContext.HomeDirectory }, cancellation)
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
