using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Archives;

/// <summary>
/// What was archived from a prefix into a store, so that files which nobody has changed are not read again. It is a
/// cache: any doubt about an entry, and the files are read.
/// </summary>
internal sealed class UnchangedIndex
{
    private const string Magic = "firn.unchanged/1";
    private const int Limit = 256 * 1024 * 1024;
    private const int MaxEntries = 1_000_000;

    /// <summary>Coarser clocks than this are not in use; a file changed that close to the look is read again.</summary>
    private const long Granularity = 2_000_000_000;

    /// <summary>Before the key of a fingerprint that was seen while a file was young, with the time of that look.</summary>
    private const string Seen = "seen ";

    private readonly string _path;
    private readonly string _storeId;
    private readonly Dictionary<string, byte[]> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _next = new(StringComparer.Ordinal);

    private UnchangedIndex(string path, string storeId)
    {
        _path = path;
        _storeId = storeId;
    }

    /// <summary>Opens the index of a prefix and a store; a missing or damaged one is empty.</summary>
    public static UnchangedIndex Open(SystemContext systemContext, string storeId, string prefix)
    {
        var cache = systemContext.Variable("FIRN_CACHE")
            ?? Path.Join(systemContext.Variable("XDG_CACHE_HOME") is { } folder && Path.IsPathFullyQualified(folder)
                ? folder
                : Path.Join(systemContext.HomeDirectory, ".cache"), "firn");
        var name = Sha256Digest.Of(Encoding.UTF8.GetBytes($"{storeId}\0{prefix}")).Hex;
        var index = new UnchangedIndex(Path.Join(cache, "archives", name + ".idx"), storeId);
        index.Load();
        return index;
    }

    /// <summary>Whether nothing is known.</summary>
    public bool IsEmpty => _known.Count == 0;

    /// <summary>What is known of files with that fingerprint.</summary>
    public byte[]? Find(Sha256Digest fingerprint) => _known.GetValueOrDefault(fingerprint.Hex);

    /// <summary>
    /// Keeps what is known for the next time, if no file changed about when it was looked at. Where one seems to be from the
    /// future (the clock was put back, or is a file server's), no clock tells that: then the second look decides that finds
    /// what the first one found.
    /// </summary>
    /// <param name="fingerprint">Of the files.</param>
    /// <param name="newest">The latest change of any of them, in nanoseconds since 1970.</param>
    /// <param name="lookedAt">When the files were looked at.</param>
    /// <param name="known">What is known of them.</param>
    public void Keep(Sha256Digest fingerprint, long newest, DateTimeOffset lookedAt, byte[] known)
    {
        var looked = (lookedAt - DateTimeOffset.UnixEpoch).Ticks * 100;
        lock (_next)
        {
            if (newest < looked - Granularity || WasSeen(fingerprint, looked)
                || (_known.TryGetValue(fingerprint.Hex, out var before) && before.AsSpan().SequenceEqual(known)))
            {
                _next[fingerprint.Hex] = known;
            }
            else if (newest > looked)
            {
                _next[Seen + fingerprint.Hex] = BitConverter.GetBytes(looked);
            }
        }
    }

    private bool WasSeen(Sha256Digest fingerprint, long looked) =>
        _known.TryGetValue(Seen + fingerprint.Hex, out var time) && time.Length == sizeof(long)
        && BitConverter.ToInt64(time) < looked - Granularity;

    /// <summary>Writes what was kept; an index that cannot be written is only slower the next time.</summary>
    public void Save()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(_storeId);
        writer.Write(_next.Count);
        foreach (var entry in _next)
        {
            writer.Write(entry.Key);
            writer.Write(entry.Value.Length);
            writer.Write(entry.Value);
        }

        writer.Flush();
        writer.Write(Sha256Digest.Of(memory.GetBuffer().AsSpan(0, (int)memory.Length)).Hex);
        writer.Flush();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            using var file = AtomicFile.Stage(_path, memory.GetBuffer().AsSpan(0, (int)memory.Length));
            file.Place();
        }
        catch (Exception exception) when (exception is FirnException or IOException or UnauthorizedAccessException)
        {
            // A read-only home: nothing depends on the index.
        }
    }

    private void Load()
    {
        var content = BoundedFile.Read(_path, Limit);
        // The last string is the digest of all before it: one byte of length and 64 digits.
        if (!content.IsComplete || content.Bytes.Length < 65)
        {
            return;
        }

        var body = content.Bytes[..^65];
        if (!content.Bytes[^64..].SequenceEqual(Encoding.ASCII.GetBytes(Sha256Digest.Of(body).Hex)))
        {
            return;
        }

        try
        {
            Read(new BinaryReader(new MemoryStream(body.ToArray()), Encoding.UTF8));
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or FormatException)
        {
            _known.Clear();
        }
    }

    private void Read(BinaryReader reader)
    {
        if (reader.ReadString() != Magic || reader.ReadString() != _storeId)
        {
            return;
        }

        var count = reader.ReadInt32();
        for (var i = 0; i < count && i < MaxEntries; i++)
        {
            var key = reader.ReadString();
            _known[key] = reader.ReadBytes(Math.Clamp(reader.ReadInt32(), 0, Limit));
        }
    }
}
