using Firn.Captures.Archives.Unchanged;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Captures.Archives.Planning;

/// <summary>The trees of an environment as the file system has them now.</summary>
internal sealed class EnvironmentScan
{
    private readonly List<TreeSource> _sources = [];
    private readonly List<TreeLoader> _loaders = [];
    private readonly List<List<TreeFile>> _files = [];
    private readonly CancellationToken _cancellation;
    private readonly ScanAhead? _ahead;

    /// <param name="ahead">A scan of the environment's own folders that has begun already.</param>
    /// <param name="cancellation">Ends it.</param>
    public EnvironmentScan(ScanAhead? ahead, CancellationToken cancellation)
    {
        _ahead = ahead;
        _cancellation = cancellation;
        Began = ahead?.Began ?? DateTimeOffset.UtcNow;
    }

    /// <summary>When it began: what changed since, or in the same instant, is not known.</summary>
    public DateTimeOffset Began { get; }

    /// <summary>Scans one more source.</summary>
    public void Add(TreeSource source)
    {
        _sources.Add(source);
        if (_ahead?.Take(source) is { } found)
        {
            _loaders.Add(found.Loader);
            _files.Add(found.Files);
            return;
        }

        var loader = new TreeLoader(source.Root, _cancellation);
        _files.Add(loader.Load(source.Folders, source.IsExcluded));
        loader.LeaveOut(OutsideFiles.Of(source));
        _loaders.Add(loader);
    }

    /// <summary>The files of a source that was scanned.</summary>
    public List<TreeFile> FilesOf(TreeSource source) => _files[_sources.IndexOf(source)];

    /// <summary>What was passed over in a source.</summary>
    public IReadOnlyList<LeftOutFile> LeftOutOf(TreeSource source) => _loaders[_sources.IndexOf(source)].LeftOut;

    /// <summary>Everything that an archive is made from as one digest, with the latest change of any file.</summary>
    /// <param name="capture">The environment.</param>
    /// <param name="options">What to archive.</param>
    /// <param name="surroundings">The machine.</param>
    public BundleFingerprint Fingerprint(Capture capture, ArchiveOptions options, Surroundings surroundings)
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

        for (var i = 0; i < _sources.Count; i++)
        {
            Add(fingerprint, _sources[i], _loaders[i], _files[i]);
        }

        // What else says who owns a file.
        AddFile(fingerprint, surroundings.SystemPath("/var/lib/dpkg/status"));
        var records = Path.Join(capture.Environment.Prefix, "conda-meta");
        var names = new List<string>();
        foreach (var entry in DirectoryReader.List(records, out _))
        {
            names.Add(entry.Name);
        }

        names.Sort(StringComparer.Ordinal);
        names.ForEach(name => AddFile(fingerprint, Path.Join(records, name)));
        return new BundleFingerprint(fingerprint.Finish(), fingerprint.Newest);
    }

    private static void Add(StatFingerprint fingerprint, TreeSource source, TreeLoader loader, List<TreeFile> files)
    {
        fingerprint.Add(source.Root);
        fingerprint.Add(files.Count);
        foreach (var file in files)
        {
            fingerprint.Add(file);
        }

        var leftOut = new List<string>();
        foreach (var file in loader.LeftOut)
        {
            leftOut.Add(file.Path);
        }

        leftOut.Sort(StringComparer.Ordinal);
        leftOut.ForEach(fingerprint.Add);
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
