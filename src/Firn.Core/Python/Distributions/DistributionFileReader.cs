using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Metadata;
using Firn.Python.Records;

namespace Firn.Python.Distributions;

/// <summary>
/// Reads which files a distribution owns: RECORD; <c>installed-files.txt</c> (pip's legacy installs); the lists of the
/// system's package manager; else the metadata and the packages that <c>top_level.txt</c> names. Nothing but metadata
/// is opened, and no path that leads out of the installation root is followed.
/// </summary>
internal sealed class DistributionFileReader
{
    private const int RecordLimit = 64 * 1024 * 1024;
    private const int ListLimit = 16 * 1024 * 1024;

    private readonly ReusableBuffer _buffer = new();

    /// <summary>Reads the files of one distribution.</summary>
    /// <param name="distribution">The distribution.</param>
    /// <param name="paths">The folder that its metadata lies in.</param>
    /// <param name="systemFiles">What the system's package manager lists for it, absolute; empty where it owns nothing.</param>
    public DistributionFiles Read(Distribution distribution, BundlePaths paths, IReadOnlyList<string> systemFiles)
    {
        var metadata = Path.GetFileName(distribution.MetadataPath);
        var launchers = LaunchersOf(distribution.MetadataPath);
        var record = BoundedFile.Read(Path.Join(distribution.MetadataPath, "RECORD"), RecordLimit, _buffer);
        if (record.IsComplete && metadata.EndsWith(".dist-info", StringComparison.OrdinalIgnoreCase))
        {
            return new RecordFileList(paths, metadata + "/", launchers, distribution.Editable is not null)
                .Read(record.WritableBytes);
        }

        var installed = BoundedFile.Read(
            Path.Join(distribution.MetadataPath, "installed-files.txt"), ListLimit, _buffer);
        if (installed.IsComplete && distribution.Editable is null)
        {
            var list = new PathFileList(paths, launchers);
            foreach (var line in new TextLines(Encoding.UTF8.GetString(installed.Bytes)))
            {
                list.Add(line.ToString(), distribution.MetadataPath);
            }

            list.Add(distribution.MetadataPath, string.Empty);
            return list.Result([paths.OnDisk(metadata)]);
        }

        if (systemFiles.Count > 0)
        {
            var list = new PathFileList(paths, launchers);
            foreach (var path in systemFiles)
            {
                list.Add(path, string.Empty);
            }

            return list.Result([paths.OnDisk(metadata)]);
        }

        return new PathFileList(paths, launchers).Result(
            [paths.OnDisk(metadata), .. distribution.Editable is null ? TopLevel(distribution.MetadataPath, paths) : []]);
    }

    private static LauncherNames LaunchersOf(string metadataPath) => LauncherNames.Read(
        BoundedFile.Read(Path.Join(metadataPath, "entry_points.txt"), RecordLimit / 16).Bytes);

    /// <summary>The packages and modules that the metadata names as its own.</summary>
    private static List<string> TopLevel(string metadataPath, BundlePaths paths)
    {
        var names = new List<string>();
        var text = BoundedFile.Read(Path.Join(metadataPath, "top_level.txt"), ListLimit / 16);
        foreach (var line in new TextLines(Encoding.UTF8.GetString(text.Bytes)))
        {
            var name = line.Trim().ToString();
            if (RelativePath.IsSafe(name))
            {
                names.Add(paths.OnDisk(name));
                names.Add(paths.OnDisk(name + ".py"));
            }
        }

        return names;
    }
}

/// <summary>The files of one distribution.</summary>
internal sealed record DistributionFiles
{
    /// <summary>The files, each once for each row that names it; bytecode is not among them.</summary>
    public required IReadOnlyList<RecordedFile> Files { get; init; }

    /// <summary>Rows that name no file, such as <c>a//b</c> and <c>a/</c>: they belong to RECORD, and so to the environment's id.</summary>
    public IReadOnlyList<RecordedFile> OddRows { get; init; } = [];

    /// <summary>
    /// Files and folders, relative to the installation root, that belong to it where nobody else owns them: all that
    /// metadata without a list of files tells.
    /// </summary>
    public IReadOnlyList<string> Likely { get; init; } = [];

    /// <summary>Whether there is a RECORD.</summary>
    public bool HasRecord { get; init; }

    /// <summary>Whether RECORD lists bytecode.</summary>
    public bool RecordsBytecode { get; init; }
}

/// <summary>A file that a distribution's metadata lists.</summary>
/// <param name="Path">Where it is, relative to the installation root.</param>
/// <param name="BundlePath">Where it is in a virtual environment on POSIX, which is its path in a bundle.</param>
/// <param name="Role">What it is.</param>
/// <param name="Hash">As recorded, <c>sha256=DIGEST</c>; empty where none is.</param>
/// <param name="Size">As recorded, in bytes; -1 where none is.</param>
internal sealed record RecordedFile(string Path, string BundlePath, RecordedFileRole Role, string Hash, long Size);

/// <summary>What a file that a distribution owns is to an archive.</summary>
internal enum RecordedFileRole
{
    /// <summary>The wheel ships it.</summary>
    Member,

    /// <summary>The wheel ships it as a script, whose first line the installer may have written.</summary>
    Script,

    /// <summary>The installer wrote it for an entry point.</summary>
    Launcher,

    /// <summary>The installer wrote it into the metadata folder.</summary>
    InstallerFile,

    /// <summary>It leads an editable install to its project.</summary>
    LinkFile,
}

/// <summary>The files that a RECORD lists, each with its place in a bundle and what it is there.</summary>
internal sealed class RecordFileList
{
    private readonly BundlePaths _paths;
    private readonly byte[] _metadataFolder;
    private readonly LauncherNames _launchers;
    private readonly bool _isEditable;
    private readonly List<RecordedFile> _files = [];
    private readonly List<RecordedFile> _oddRows = [];
    private bool _recordsBytecode;

    /// <param name="paths">The folder that the metadata lies in.</param>
    /// <param name="metadataFolder">The metadata's own name, with a final slash.</param>
    /// <param name="launchers">The names from <c>entry_points.txt</c>.</param>
    /// <param name="isEditable">Whether all but the metadata and the launchers lead to a project.</param>
    public RecordFileList(BundlePaths paths, string metadataFolder, LauncherNames launchers, bool isEditable)
    {
        _paths = paths;
        _metadataFolder = Encoding.UTF8.GetBytes(metadataFolder);
        _launchers = launchers;
        _isEditable = isEditable;
    }

    /// <summary>Reads the rows; the bytes are unquoted in place.</summary>
    public DistributionFiles Read(Span<byte> record)
    {
        var rows = new RecordReader(record);
        while (rows.MoveNext())
        {
            if (IsCachedBytecode(rows.Path))
            {
                _recordsBytecode = true;
            }
            else if (rows.Path.IndexOf((byte)0) < 0)
            {
                Add(rows);
            }
        }

        return new DistributionFiles { Files = _files, OddRows = _oddRows, HasRecord = true, RecordsBytecode = _recordsBytecode };
    }

    private static bool IsCachedBytecode(ReadOnlySpan<byte> path) =>
        Bytes.EndsWith(path, ".pyc"u8) && path.IndexOf("__pycache__/"u8) >= 0;

    private void Add(scoped RecordReader row)
    {
        if (RecordPath.IsPlain(row.Path))
        {
            AddInSite(Encoding.UTF8.GetString(row.Path), row.Path, row);
            return;
        }

        if (RecordPath.Map(row.Path, _paths.SitePackages, _paths.Scheme) is not { } mapped)
        {
            return;
        }

        if (mapped.IsInSitePackages)
        {
            AddInSite(mapped.Key, Encoding.UTF8.GetBytes(mapped.Key), row);
        }
        else if (_paths.OnDisk(mapped) is { } path)
        {
            var role = mapped.IsScript
                ? _launchers.Contains(mapped.Key[RecordPath.Scripts.Length..])
                    ? RecordedFileRole.Launcher
                    : _isEditable ? RecordedFileRole.LinkFile : RecordedFileRole.Script
                : _isEditable ? RecordedFileRole.LinkFile : RecordedFileRole.Member;
            Add(path, _paths.InBundle(mapped), role, row);
        }
    }

    private void AddInSite(string inSite, ReadOnlySpan<byte> path, scoped RecordReader row)
    {
        var role = _isEditable ? RecordedFileRole.LinkFile : RecordedFileRole.Member;
        if (path.StartsWith(_metadataFolder))
        {
            var name = path[_metadataFolder.Length..];
            if (name.SequenceEqual("RECORD"u8))
            {
                return;
            }

            role = InstallerFileNames.Contains(name) ? RecordedFileRole.InstallerFile : RecordedFileRole.Member;
        }

        var onDisk = _paths.OnDisk(inSite);
        Add(onDisk, _paths.AreSame ? onDisk : _paths.InBundle(inSite), role, row);
    }

    private void Add(string path, string bundlePath, RecordedFileRole role, scoped RecordReader row)
    {
        // A row such as `a//b` or `a/` names no file that a bundle could hold.
        if (RelativePath.IsSafe(bundlePath) && RelativePath.IsSafe(path))
        {
            _files.Add(new RecordedFile(path, bundlePath, role, Encoding.UTF8.GetString(row.Hash), row.Size));
        }
        else if (role is RecordedFileRole.Member or RecordedFileRole.Script)
        {
            _oddRows.Add(new RecordedFile(path, bundlePath, role, Encoding.UTF8.GetString(row.Hash), row.Size));
        }
    }
}

/// <summary>The files that plain lists of paths name: pip's <c>installed-files.txt</c>, dpkg's lists.</summary>
internal sealed class PathFileList(BundlePaths paths, LauncherNames launchers)
{
    private readonly List<RecordedFile> _files = [];

    /// <summary>Takes one path; folders, bytecode and what lies elsewhere are passed over.</summary>
    /// <param name="path">Absolute, or relative to <paramref name="folder"/>.</param>
    /// <param name="folder">The folder of a relative path.</param>
    public void Add(string path, string folder)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)
            || path.EndsWith(".pyc", StringComparison.Ordinal) || path.EndsWith('/'))
        {
            return;
        }

        var full = Encoding.UTF8.GetBytes(Path.GetFullPath(Path.Join(path.StartsWith('/') ? string.Empty : folder, path)));
        if (RecordPath.Map(full, paths.SitePackages, paths.Scheme) is not { } mapped)
        {
            return;
        }

        if (mapped.IsInSitePackages)
        {
            Add(paths.OnDisk(mapped.Key), paths.InBundle(mapped.Key), RecordedFileRole.Member);
        }
        else if (paths.OnDisk(mapped) is { } onDisk)
        {
            var role = !mapped.IsScript ? RecordedFileRole.Member
                : launchers.Contains(mapped.Key[RecordPath.Scripts.Length..]) ? RecordedFileRole.Launcher
                : RecordedFileRole.Script;
            Add(onDisk, paths.InBundle(mapped), role);
        }
    }

    /// <summary>What was taken.</summary>
    /// <param name="likely">Files and folders that belong to the distribution where nobody else owns them.</param>
    public DistributionFiles Result(IReadOnlyList<string> likely) => new() { Files = _files, Likely = likely };

    private void Add(string path, string bundlePath, RecordedFileRole role)
    {
        if (RelativePath.IsSafe(path) && RelativePath.IsSafe(bundlePath))
        {
            _files.Add(new RecordedFile(path, bundlePath, role, string.Empty, -1));
        }
    }
}
