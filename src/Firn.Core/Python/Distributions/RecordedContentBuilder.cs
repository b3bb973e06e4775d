using System.Text;
using Firn.Common;

namespace Firn.Python.Distributions;

/// <summary>
/// Computes a distribution's recorded digest from its RECORD: SHA-256 over the lines <c>PATH NUL HASH LF</c>, sorted
/// by the bytes of PATH, where HASH stands as in RECORD (<c>-</c> where there is none). Whatever an installation adds
/// is left out, so that the same wheel gives the same digest with any installer and at any prefix.
/// </summary>
internal sealed class RecordedContentBuilder
{
    private readonly byte[] _metadataFolder;
    private readonly string _sitePackages;
    private readonly InstallationRoot _root;
    private readonly LauncherNames _launchers;
    private readonly bool _isEditable;
    private readonly List<string> _nativeFiles = [];
    private int _rowsOutside;
    private long _size;

    /// <param name="metadataPath">The distribution's <c>.dist-info</c> folder, absolute.</param>
    /// <param name="launchers">The names from <c>entry_points.txt</c>.</param>
    /// <param name="isEditable">
    /// Whether only the metadata counts: the other rows of an editable install are links to this machine's folders.
    /// </param>
    public RecordedContentBuilder(string metadataPath, HashSet<string> launchers, bool isEditable)
    {
        _metadataFolder = Encoding.UTF8.GetBytes(Path.GetFileName(metadataPath) + "/");
        _sitePackages = Path.GetDirectoryName(metadataPath) ?? metadataPath;
        _root = InstallationRoot.Of(_sitePackages);
        _launchers = new LauncherNames(launchers);
        _isEditable = isEditable;
    }

    /// <summary>Reads the rows and computes the digest. The bytes are unquoted in place.</summary>
    /// <param name="record">The file.</param>
    /// <param name="digestText">Memory for the digest's text.</param>
    public RecordedContent Build(Span<byte> record, ReadBuffer digestText)
    {
        var digest = new RecordDigest(record.Length + 64, digestText);
        // A NUL would end the path in the digest's text; no file system has one in a name.
        var mayHaveNul = record.IndexOf((byte)0) >= 0;
        var rows = new RecordReader(record);
        while (rows.MoveNext())
        {
            if (!mayHaveNul || rows.Path.IndexOf((byte)0) < 0)
            {
                Add(rows, digest);
            }
        }

        return new RecordedContent(digest.Compute(), digest.Count, _size, [.. _nativeFiles], _rowsOutside);
    }

    private void Add(scoped RecordReader row, RecordDigest digest)
    {
        var path = row.Path;
        if (Bytes.EndsWith(path, ".pyc"u8) || Bytes.EndsWith(path, ".pyo"u8))
        {
            return;
        }

        if (RecordPath.IsPlain(path))
        {
            AddInSitePackages(path, row, digest);
            return;
        }

        var mapped = RecordPath.Map(path, _sitePackages, _root);
        if (mapped is null)
        {
            _rowsOutside++;
        }
        else if (mapped.IsInSitePackages)
        {
            AddInSitePackages(Encoding.UTF8.GetBytes(mapped.Key), row, digest);
        }
        else if (!_isEditable)
        {
            AddMapped(row, mapped, digest);
        }
    }

    private void AddInSitePackages(ReadOnlySpan<byte> path, scoped RecordReader row, RecordDigest digest)
    {
        if (path.StartsWith(_metadataFolder))
        {
            if (InstallerFileNames.Contains(path[_metadataFolder.Length..]))
            {
                return;
            }
        }
        else if (_isEditable)
        {
            return;
        }

        if (NativeFileName.Matches(path))
        {
            _nativeFiles.Add(Path.Join(_sitePackages, Encoding.UTF8.GetString(path)));
        }

        _size += Math.Max(row.Size, 0);
        digest.Add(path, row.Hash);
    }

    private void AddMapped(scoped RecordReader row, MappedPath mapped, RecordDigest digest)
    {
        var key = Encoding.UTF8.GetBytes(mapped.Key);
        if (NativeFileName.Matches(key))
        {
            _nativeFiles.Add(mapped.FullPath);
        }

        if (!mapped.IsScript)
        {
            _size += Math.Max(row.Size, 0);
            digest.Add(key, row.Hash);
        }
        else if (!_launchers.Contains(mapped.Key[RecordPath.Scripts.Length..]))
        {
            // An installer rewrites a script's first line, and with it the hash and the size.
            digest.Add(key, default);
        }
    }
}
