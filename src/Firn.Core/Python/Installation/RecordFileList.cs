using System.Text;
using Firn.Common;
using Firn.Python.Distributions;

namespace Firn.Python.Installation;

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
