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

    private static readonly string[] WindowsLauncherEndings = ["-script.pyw", "-script.py", ".exe.manifest", ".exe"];
    private static readonly char[] VersionCharacters = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.'];

    private readonly byte[] _metadataFolder;
    private readonly string _sitePackages;
    private readonly InstallationRoot _root;
    private readonly HashSet<string> _launchers;
    private readonly bool _isEditable;
    private readonly List<RecordRow> _lines = [];

    // The paths that stand in the digest for rows whose own path is not the same everywhere.
    private readonly Dictionary<RecordRow, byte[]> _keys = new(ReferenceEqualityComparer.Instance);
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
        if (Bytes.EndsWith(path, ".pyc"u8) || Bytes.EndsWith(path, ".pyo"u8))
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
        _lines.Add(row);
    }

    private void AddMapped(RecordRow row, MappedPath mapped)
    {
        if (NativeFileName.Matches(Encoding.UTF8.GetBytes(mapped.Key)))
        {
            _nativeFiles.Add(mapped.FullPath);
        }

        if (mapped.IsScript)
        {
            if (IsLauncher(mapped.Key[RecordPath.Scripts.Length..]))
            {
                return;
            }

            // An installer rewrites a script's first line, and with it the hash and the size.
            row = row with { HashLength = 0, Size = 0 };
        }

        _size += Math.Max(row.Size, 0);
        _lines.Add(row);
        _keys.Add(row, Encoding.UTF8.GetBytes(mapped.Key));
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
    private bool IsLauncher(string script)
    {
        foreach (var ending in WindowsLauncherEndings)
        {
            if (script.EndsWith(ending, StringComparison.Ordinal))
            {
                script = script[..^ending.Length];
                break;
            }
        }

        if (_launchers.Contains(script))
        {
            return true;
        }

        var name = script.TrimEnd(VersionCharacters);
        return name.Length < script.Length && (_launchers.Contains(name) || _launchers.Contains(name.TrimEnd('-')));
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
            length += PathOf(line, record).Length + Math.Max(line.HashLength, 1) + 2;
        }

        var text = new byte[length];
        var end = 0;
        foreach (var line in _lines)
        {
            var path = PathOf(line, record);
            path.CopyTo(text.AsSpan(end));
            end += path.Length;
            text[end++] = 0;
            var hash = line.HashLength > 0 ? line.Hash(record) : "-"u8;
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
            if (Bytes.Compare(PathOf(_lines[i - 1], record), PathOf(_lines[i], record)) > 0)
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
            keys[i] = PathOf(_lines[i], record).ToArray();
        }

        var lines = _lines.ToArray();
        Array.Sort(keys, lines, Comparer<byte[]>.Create((a, b) => Bytes.Compare(a, b)));
        _lines.Clear();
        _lines.AddRange(lines);
    }

    private ReadOnlySpan<byte> PathOf(RecordRow row, ReadOnlySpan<byte> record) =>
        _keys.Count > 0 && _keys.TryGetValue(row, out var key) ? key : row.Path(record);
}
