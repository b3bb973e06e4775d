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
    // Written by the installer into .dist-info; everything else there comes from the wheel.
    private static readonly string[] InstallerFiles =
    [
        "RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json", "provenance_url.json",
        "uv_cache.json", "uv_build.json",
    ];

    private readonly byte[] _metadataFolder;
    private readonly string _sitePackages;
    private readonly InstallationRoot _root;
    private readonly HashSet<string> _launchers;
    private readonly bool _isEditable;
    private readonly List<Line> _lines = [];
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
        _launchers = launchers;
        _isEditable = isEditable;
    }

    /// <summary>Reads the rows and computes the digest. The bytes are unquoted in place.</summary>
    public RecordedContent Build(Span<byte> record)
    {
        foreach (var row in RecordFile.Parse(record))
        {
            Add(record, row);
        }

        return new RecordedContent(Digest(record), _lines.Count, _size, [.. _nativeFiles], _rowsOutside);
    }

    private void Add(ReadOnlySpan<byte> record, RecordRow row)
    {
        var path = row.Path(record);
        if (path.EndsWith(".pyc"u8) || path.EndsWith(".pyo"u8))
        {
            return;
        }

        if (RecordPath.IsPlain(path))
        {
            AddInSitePackages(row, path);
            return;
        }

        var mapped = RecordPath.Map(path, _sitePackages, _root);
        if (mapped is null)
        {
            _rowsOutside++;
        }
        else if (!_isEditable)
        {
            AddMapped(row, mapped);
        }
    }

    private void AddInSitePackages(RecordRow row, ReadOnlySpan<byte> path)
    {
        if (path.StartsWith(_metadataFolder))
        {
            if (IsInstallerFile(path[_metadataFolder.Length..]))
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
        _lines.Add(new Line(null, row));
    }

    private void AddMapped(RecordRow row, MappedPath mapped)
    {
        if (NativeFileName.Matches(Encoding.UTF8.GetBytes(mapped.Key)))
        {
            _nativeFiles.Add(mapped.FullPath);
        }

        if (mapped.IsScript)
        {
            if (IsLauncher(mapped.Key.AsSpan(RecordPath.Scripts.Length)))
            {
                return;
            }

            // An installer rewrites a script's first line, and with it the hash and the size.
            row = row with { HashLength = 0, Size = 0 };
        }

        _size += Math.Max(row.Size, 0);
        _lines.Add(new Line(Encoding.UTF8.GetBytes(mapped.Key), row));
    }

    private static bool IsInstallerFile(ReadOnlySpan<byte> name)
    {
        foreach (var file in InstallerFiles)
        {
            if (Ascii.Equals(name, file))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether the script is a launcher of an entry point, with a version behind its name (<c>pip3.11</c>,
    /// <c>easy_install-3.8</c>) or in one of Windows' forms.
    /// </summary>
    private bool IsLauncher(ReadOnlySpan<char> script)
    {
        foreach (var ending in (ReadOnlySpan<string>)["-script.pyw", "-script.py", ".exe.manifest", ".exe"])
        {
            if (script.EndsWith(ending, StringComparison.Ordinal))
            {
                script = script[..^ending.Length];
                break;
            }
        }

        var names = _launchers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (names.Contains(script))
        {
            return true;
        }

        var name = script.TrimEnd("0123456789.");
        return name.Length < script.Length && (names.Contains(name) || names.Contains(name.TrimEnd('-')));
    }

    private Sha256Digest Digest(ReadOnlySpan<byte> record)
    {
        if (!IsSorted(record))
        {
            Sort(record);
        }

        var length = 0;
        foreach (var line in _lines)
        {
            length += line.PathLength + Math.Max(line.Row.HashLength, 1) + 2;
        }

        var text = new byte[length];
        var end = 0;
        foreach (var line in _lines)
        {
            var path = line.Path(record);
            path.CopyTo(text.AsSpan(end));
            end += path.Length;
            text[end++] = 0;
            var hash = line.Row.HashLength > 0 ? line.Row.Hash(record) : "-"u8;
            hash.CopyTo(text.AsSpan(end));
            end += hash.Length;
            text[end++] = (byte)'\n';
        }

        return Sha256Digest.Of(text);
    }

    private bool IsSorted(ReadOnlySpan<byte> record)
    {
        for (var i = 1; i < _lines.Count; i++)
        {
            if (_lines[i - 1].Path(record).SequenceCompareTo(_lines[i].Path(record)) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private void Sort(ReadOnlySpan<byte> record)
    {
        // A comparer cannot hold a span; rows out of order are rare enough to copy their paths.
        var keys = new byte[_lines.Count][];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = _lines[i].Path(record).ToArray();
        }

        var lines = _lines.ToArray();
        Array.Sort(keys, lines, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        _lines.Clear();
        _lines.AddRange(lines);
    }

    /// <summary>A line of the digest's text; the key replaces the row's own path where that is not the same everywhere.</summary>
    private readonly record struct Line(byte[]? Key, RecordRow Row)
    {
        public int PathLength => Key?.Length ?? Row.PathLength;

        public ReadOnlySpan<byte> Path(ReadOnlySpan<byte> record) => Key ?? Row.Path(record);
    }
}
