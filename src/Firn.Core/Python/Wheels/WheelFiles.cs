using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Zip;
using Firn.Python.Records;

namespace Firn.Python.Wheels;

/// <summary>The files of a wheel with what RECORD says of each; gathers what is wrong with them.</summary>
/// <param name="zip">The wheel.</param>
/// <param name="folders">Its two folders.</param>
/// <param name="wheel">Its file name.</param>
internal sealed class WheelFiles(StrictZipFile zip, WheelFolders folders, string wheel)
{
    private readonly string _recordPath = folders.Metadata + "/RECORD";
    private readonly Dictionary<string, ZipEntry> _entries = ByPath(zip);
    private WheelRecord? _record;
    private HashSet<string>? _folders;

    public StrictZipFile Zip { get; } = zip;

    public WheelFolders Folders { get; } = folders;

    /// <summary>What ends the installation, each naming its file.</summary>
    public List<string> Refusals { get; } = [];

    public WheelWarnings Tally { get; } = new(wheel);

    /// <summary>Takes RECORD, and compares it with the members (Binary distribution format, "The .dist-info directory").</summary>
    public void Take(WheelRecord record)
    {
        _record = record;
        foreach (var path in record.Rows.Keys)
        {
            if (!_entries.ContainsKey(path) && path != _recordPath)
            {
                Refuse(path, "its RECORD lists it, and it is not there");
            }
        }

        foreach (var entry in Zip.Entries)
        {
            if (!entry.IsFolder && !IsRecord(entry))
            {
                Compare(entry);
            }

            if (ZipEntryName.IsReserved(entry.Path))
            {
                Tally.Add("wheel-reserved-name", "Windows has no room for a name", entry.Path);
            }
        }
    }

    /// <summary>RECORD's rows that are not a file's own.</summary>
    public IReadOnlyList<(string Path, WheelRecordRow Row)> OtherRows => _record!.Others;

    /// <summary>Whether files of the wheel lie below a path, and none at it.</summary>
    public bool IsFolder(string path)
    {
        _folders ??= FoldersOf(Zip);
        return _folders.Contains(path) && !_entries.ContainsKey(path);
    }

    public bool IsRecord(ZipEntry entry) => entry.Path == _recordPath;

    /// <summary>Whether it signs RECORD, and so cannot stand in it.</summary>
    public bool IsSignature(ZipEntry entry) =>
        entry.Path == _recordPath + ".jws" || entry.Path == _recordPath + ".p7s";

    /// <summary>What RECORD says of a file; <see langword="null"/> where it was refused.</summary>
    public WheelRecordRow? Row(ZipEntry entry) => _record!.Rows.TryGetValue(entry.Path, out var row)
        ? row
        : IsSignature(entry) ? new WheelRecordRow(string.Empty, -1) : null;

    /// <summary>A file of the metadata folder; <see langword="null"/> where it is not there.</summary>
    public byte[]? ReadMetadata(string name, int limit) =>
        _entries.TryGetValue($"{Folders.Metadata}/{name}", out var entry)
            ? Read(entry, _record is null ? default : Row(entry) ?? default, limit)
            : null;

    /// <summary>A small file, which is what RECORD says of it.</summary>
    public byte[] Read(ZipEntry entry, WheelRecordRow row, int limit)
    {
        var bytes = Zip.ReadAll(entry, limit);
        return RecordedHash.Matches(row.Hash ?? string.Empty, bytes)
            ? bytes
            : throw new ZipFormatException($"{ZipEntryName.Show(entry.Path)}: its bytes are not what its RECORD says");
    }

    public int ReadStart(ZipEntry entry, Span<byte> bytes) => Zip.ReadStart(entry, bytes);

    /// <summary>A file that is read when the bundle is written.</summary>
    public BundleContent Content(ZipEntry entry, WheelRecordRow row) => new WheelFileContent(Zip, entry, row.Hash, wheel);

    public void Refuse(ZipEntry entry, string problem) => Refuse(entry.Path, problem);

    public void Refuse(string path, string problem) => Refusals.Add($"{ZipEntryName.Show(path)}: {problem}");

    private void Compare(ZipEntry entry)
    {
        if (Row(entry) is not { } row)
        {
            Refuse(entry, "its RECORD does not list it");
        }
        else if (RecordedHash.IsForbidden(row.Hash))
        {
            Refuse(entry, "its RECORD has a hash that wheels may not have; sha256 is the least");
        }
        else if (!RecordedHash.IsComparable(row.Hash) && !IsSignature(entry))
        {
            Tally.Add("wheel-hash-missing", "RECORD has no hash that can be compared for a file", entry.Path);
        }

        if (Row(entry) is { Size: >= 0 } sized && sized.Size != entry.Length)
        {
            Tally.Add("wheel-size-differs", "RECORD has another size for a file", entry.Path);
        }
    }

    private static HashSet<string> FoldersOf(StrictZipFile zip)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            var end = entry.IsFolder ? entry.Path.TrimEnd('/').Length : entry.Path.LastIndexOf('/');
            while (end > 0 && folders.Add(entry.Path[..end]))
            {
                end = entry.Path.LastIndexOf('/', end - 1);
            }
        }

        return folders;
    }

    private static Dictionary<string, ZipEntry> ByPath(StrictZipFile zip)
    {
        var entries = new Dictionary<string, ZipEntry>(zip.Entries.Length, StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            if (!entry.IsFolder)
            {
                entries.Add(entry.Path, entry);
            }
        }

        return entries;
    }
}

/// <summary>
/// The bytes of a wheel's file, read when the bundle is written, and compared on their way with their length, their
/// checksum and their hash in RECORD.
/// </summary>
/// <param name="zip">The wheel; open as long as the bundle is written.</param>
/// <param name="entry">The file.</param>
/// <param name="hash">As recorded; empty where none is.</param>
/// <param name="wheel">The wheel's name, for messages.</param>
internal sealed class WheelFileContent(StrictZipFile zip, ZipEntry entry, string hash, string wheel) : BundleContent
{
    public override long Length => entry.Length;

    public override void WriteTo(BundleSink sink)
    {
        try
        {
            Write(sink);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw WheelRefusal.Of(wheel, $"{ZipEntryName.Show(entry.Path)}: its bytes cannot be read", exception);
        }
    }

    public override void Check(Sha256Digest written)
    {
        if (RecordHash.IsComparable(hash) && !RecordHash.Matches(hash, written))
        {
            throw NotAsRecorded();
        }
    }

    private void Write(BundleSink sink)
    {
        using var content = zip.OpenContent(entry);
        using var hasher = RecordedHash.CreateHasher(hash);
        var crc = new Crc32();
        var left = entry.Length;
        while (true)
        {
            // One byte more than promised tells whether there is more; a piece that holds all is digested in one call.
            var space = sink.Space(left + 1);
            space = space.Length > left ? space[..(int)(left + 1)] : space;
            var count = content.ReadAtLeast(space, space.Length, throwOnEndOfStream: false);
            if (count > left)
            {
                throw WheelRefusal.Of(wheel, $"{ZipEntryName.Show(entry.Path)}: it is longer than it says");
            }

            crc.Append(space[..count]);
            hasher?.AppendData(space[..count]);
            sink.Advance(count);
            left -= count;
            if (count < space.Length)
            {
                break;
            }
        }

        if (left > 0 || crc.Value != entry.Crc)
        {
            throw WheelRefusal.Of(wheel, $"{ZipEntryName.Show(entry.Path)}: its bytes are damaged");
        }

        if (hasher is not null && !RecordedHash.Matches(hash, hasher))
        {
            throw NotAsRecorded();
        }
    }

    private FirnException NotAsRecorded() =>
        WheelRefusal.Of(wheel, $"{ZipEntryName.Show(entry.Path)}: its bytes are not what its RECORD says");
}

/// <summary>Gathers what is doubtful in the same way about many files into one problem for each kind.</summary>
/// <param name="wheel">The wheel's file name.</param>
internal sealed class WheelWarnings(string wheel)
{
    private readonly SortedDictionary<string, (string Message, string First, int Count)> _found = new(StringComparer.Ordinal);

    /// <param name="code">The problem's code.</param>
    /// <param name="message">What is so, for example "RECORD has no hash for a file".</param>
    /// <param name="path">The file.</param>
    public void Add(string code, string message, string path) =>
        _found[code] = _found.TryGetValue(code, out var known)
            ? known with { Count = known.Count + 1 }
            : (message, ZipEntryName.Show(path), 1);

    public void WriteTo(List<Problem> problems)
    {
        foreach (var (code, (message, first, count)) in _found)
        {
            problems.Add(new Problem(
                code, wheel, count == 1 ? $"{message}, {first}" : $"{message}, {first} and {count - 1} more"));
        }
    }
}
