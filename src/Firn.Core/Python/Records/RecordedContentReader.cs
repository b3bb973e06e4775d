using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Metadata;

namespace Firn.Python.Records;

/// <summary>
/// Computes a distribution's recorded digest from its RECORD: SHA-256 over the lines <c>PATH NUL HASH LF</c>, sorted
/// by the bytes of PATH, where HASH stands as in RECORD (<c>-</c> where there is none). Whatever an installation adds
/// is left out, so that the same wheel gives the same digest with any installer and at any prefix.
/// </summary>
internal sealed class RecordedContentReader
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
    public RecordedContentReader(string metadataPath, LauncherNames launchers, bool isEditable)
    {
        _metadataFolder = Encoding.UTF8.GetBytes(Path.GetFileName(metadataPath) + "/");
        _sitePackages = Path.GetDirectoryName(metadataPath) ?? metadataPath;
        _root = InstallationRoot.Of(_sitePackages);
        _launchers = launchers;
        _isEditable = isEditable;
    }

    /// <summary>Reads the rows and computes the digest. The bytes are unquoted in place.</summary>
    /// <param name="record">The file.</param>
    /// <param name="digestText">Memory for the digest's text.</param>
    public RecordedContent Build(Span<byte> record, ReusableBuffer digestText)
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

/// <summary>What RECORD says of a distribution's files; no file was read for it.</summary>
/// <param name="Digest">The recorded digest (docs/formats/environment-id.md, "Recorded digest of a distribution").</param>
/// <param name="FileCount">How many rows went into the digest.</param>
/// <param name="Size">The sum of the sizes that RECORD gives for them, in bytes.</param>
/// <param name="NativeFiles">The absolute paths of extension modules and bundled libraries, in RECORD's order.</param>
/// <param name="RowsOutside">How many rows lead out of the installation root; they are neither counted nor followed.</param>
internal sealed record RecordedContent(
    Sha256Digest Digest, int FileCount, long Size, ImmutableArray<string> NativeFiles, int RowsOutside);

/// <summary>
/// The text behind a recorded digest: lines <c>PATH NUL HASH LF</c>, sorted by their bytes. Installers write
/// RECORD sorted, so the lines are laid into one buffer as they come, and sorted only where they came out of order.
/// </summary>
/// <param name="expectedLength">About how many bytes there will be.</param>
/// <param name="buffer">Memory for them.</param>
internal sealed class RecordDigest(int expectedLength, ReusableBuffer buffer)
{
    private byte[] _text = buffer.AtLeast(expectedLength);
    private int _length;
    private int _lastPathLength;
    private bool _isSorted = true;

    // Kept, since a damaged row's fields may hold the characters that end paths and lines.
    private readonly List<int> _starts = [];

    /// <summary>How many lines there are.</summary>
    public int Count => _starts.Count;

    public void Add(ReadOnlySpan<byte> path, ReadOnlySpan<byte> hash)
    {
        hash = hash.IsEmpty ? "-"u8 : hash;
        var length = path.Length + hash.Length + 2;
        if (_text.Length - _length < length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + length));
            buffer.Keep(_text);
        }

        _isSorted = _isSorted && (Count == 0 || Bytes.Compare(_text.AsSpan(_starts[^1], _lastPathLength), path) < 0);
        _starts.Add(_length);
        _lastPathLength = path.Length;
        var line = _text.AsSpan(_length, length);
        path.CopyTo(line);
        line[path.Length] = 0;
        hash.CopyTo(line[(path.Length + 1)..]);
        line[^1] = (byte)'\n';
        _length += length;
    }

    public Sha256Digest Compute()
    {
        if (!_isSorted)
        {
            Sort();
        }

        return Sha256Digest.Of(_text.AsSpan(0, _length));
    }

    /// <summary>Whole lines sort as their paths do: NUL comes before every byte of a longer path.</summary>
    private void Sort()
    {
        var lines = new List<byte[]>(Count);
        for (var i = 0; i < Count; i++)
        {
            var end = i + 1 < Count ? _starts[i + 1] : _length;
            lines.Add(_text.AsSpan(_starts[i], end - _starts[i]).ToArray());
        }

        lines.Sort(static (left, right) => Bytes.Compare(left, right));
        var at = 0;
        foreach (var line in lines)
        {
            line.CopyTo(_text, at);
            at += line.Length;
        }
    }
}
