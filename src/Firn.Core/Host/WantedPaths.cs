using System.Buffers.Binary;
using System.Text;

namespace Firn.Host;

/// <summary>
/// Looks for many paths at once in lists of one path a line: a line costs a length test, and a hash only where a wanted
/// path has its length.
/// </summary>
internal sealed class WantedPaths
{
    private const int Buckets = 4096;
    private readonly WantedPath?[] _buckets = new WantedPath?[Buckets];
    private readonly bool[] _lengths = new bool[4097];

    /// <summary>How many files have no owner yet.</summary>
    public int Missing { get; private set; }

    public List<WantedFile> Files { get; } = [];

    /// <summary>Wants a file under all spellings of its path.</summary>
    public WantedFile Add(string path, IEnumerable<string> spellings)
    {
        var file = new WantedFile(path);
        Files.Add(file);
        Missing++;
        foreach (var spelling in spellings)
        {
            AddSpelling(file, spelling);
        }

        return file;
    }

    public void AddSpelling(WantedFile file, string spelling, string? notBy = null)
    {
        var bytes = Encoding.UTF8.GetBytes(spelling.TrimStart('/'));
        if (bytes.Length is > 0 and < 4097)
        {
            _lengths[bytes.Length] = true;
            var bucket = Bucket(bytes);
            _buckets[bucket] = new WantedPath(bytes, file, _buckets[bucket]) { NotBy = notBy };
        }
    }

    /// <summary>Gives the owner to each wanted path among the lines; <paramref name="skip"/> bytes of each stand before the path.</summary>
    public void Search(ReadOnlySpan<byte> lines, string owner, int skip)
    {
        while (!lines.IsEmpty && Missing > 0)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = end < 0 ? lines : lines[..end];
            lines = end < 0 ? [] : lines[(end + 1)..];
            if (line.Length > skip)
            {
                Match(line[skip..], owner);
            }
        }
    }

    /// <summary>Gives the owner to the path, which has no leading slash, if it is wanted.</summary>
    public void Match(ReadOnlySpan<byte> path, string owner)
    {
        if (path.Length >= _lengths.Length || !_lengths[path.Length])
        {
            return;
        }

        for (var wanted = _buckets[Bucket(path)]; wanted is not null; wanted = wanted.Next)
        {
            if (wanted.File.Owner is null && path.SequenceEqual(wanted.Spelling) && MayOwn(wanted, owner))
            {
                wanted.File.Owner = owner;
                Missing--;
            }
        }
    }

    private static bool MayOwn(WantedPath wanted, string owner)
    {
        var colon = owner.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? owner.AsSpan() : owner.AsSpan(0, colon);
        return (wanted.NotBy is null || !name.SequenceEqual(wanted.NotBy))
            && (wanted.File.OnlyBy is null || name.SequenceEqual(wanted.File.OnlyBy));
    }

    private static int Bucket(ReadOnlySpan<byte> path)
    {
        // The ends of paths differ more than their starts.
        var hash = (ulong)path.Length * 0x9e3779b97f4a7c15;
        for (var rest = path; rest.Length >= 8 && path.Length - rest.Length < 40; rest = rest[..^8])
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest[^8..])) * 0xff51afd7ed558ccd;
        }

        return (int)(hash >> 52);
    }
}
