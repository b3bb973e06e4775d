using System.Buffers.Binary;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Host.SystemPackages;

/// <summary>
/// Looks for many paths at once in lists of one path a line: a line costs a length test, and a hash only where a wanted
/// path has its length.
/// </summary>
internal sealed class OwnerSearch
{
    /// <summary>The longest path that is looked for.</summary>
    public const int MaxPathBytes = 4096;
    private const int Buckets = 4096;
    private readonly SearchedPath?[] _buckets = new SearchedPath?[Buckets];
    private readonly bool[] _lengths = new bool[MaxPathBytes + 1];

    /// <summary>How many files have no owner yet.</summary>
    public int Missing { get; private set; }

    public List<SearchedFile> Files { get; } = [];

    /// <summary>Wants a file under all spellings of its path.</summary>
    public SearchedFile Add(string path, IEnumerable<string> spellings)
    {
        var file = new SearchedFile(path);
        Files.Add(file);
        Missing++;
        foreach (var spelling in spellings)
        {
            AddSpelling(file, spelling);
        }

        return file;
    }

    public void AddSpelling(SearchedFile file, string spelling, string? notBy = null)
    {
        var bytes = Encoding.UTF8.GetBytes(spelling.TrimStart('/'));
        if (bytes.Length is > 0 and <= MaxPathBytes)
        {
            _lengths[bytes.Length] = true;
            var bucket = Bucket(bytes);
            _buckets[bucket] = new SearchedPath(bytes, file, _buckets[bucket]) { NotBy = notBy };
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
        if (!HasLength(path.Length))
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

    /// <summary>Whether a path of that length is wanted.</summary>
    public bool HasLength(int length) => length < _lengths.Length && _lengths[length];

    private static bool MayOwn(SearchedPath wanted, string owner)
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

/// <summary>A path whose owner is looked for, in one of the spellings that a package list may have.</summary>
internal sealed class SearchedPath(byte[] spelling, SearchedFile file, SearchedPath? next)
{
    /// <summary>UTF-8, without the leading slash.</summary>
    public byte[] Spelling { get; } = spelling;

    public SearchedFile File { get; } = file;

    /// <summary>The next one of the same bucket.</summary>
    public SearchedPath? Next { get; } = next;

    /// <summary>The package that diverted another one's file to this place does not own it (dpkg-divert(1)).</summary>
    public string? NotBy { get; init; }
}

/// <summary>A file whose owner is looked for.</summary>
internal sealed class SearchedFile(string path)
{
    public string Path { get; } = path;

    /// <summary>The owning package as its list is named, for example <c>libc6:amd64</c>.</summary>
    public string? Owner { get; set; }

    /// <summary>The package that diverted all others' files from this path, so that only its own is here.</summary>
    public string? OnlyBy { get; set; }
}

/// <summary>
/// The two spellings of a path where <c>/lib</c> is a link to <c>usr/lib</c>: package lists still have either
/// (wiki.debian.org/UsrMerge).
/// </summary>
internal sealed class UsrMerge(SystemContext systemContext)
{
    private readonly Dictionary<string, bool> _merged = new(StringComparer.Ordinal);

    public List<string> Spellings(string path)
    {
        var spellings = new List<string>(2) { path };
        if (path.StartsWith("/usr/", StringComparison.Ordinal))
        {
            AddIfMerged(path[4..], path[4..], spellings);
        }
        else
        {
            AddIfMerged(path, "/usr" + path, spellings);
        }

        return spellings;
    }

    private void AddIfMerged(string rootPath, string spelling, List<string> spellings)
    {
        var end = rootPath.IndexOf('/', 1);
        if (end > 0 && IsMerged(rootPath[..end]))
        {
            spellings.Add(spelling);
        }
    }

    private bool IsMerged(string folder)
    {
        if (folder is not ("/lib" or "/lib64" or "/lib32" or "/libx32" or "/bin" or "/sbin"))
        {
            return false;
        }

        if (!_merged.TryGetValue(folder, out var merged))
        {
            var target = RealPath.LinkTarget(systemContext.SystemPath(folder));
            merged = target is not null && target.TrimStart('/') == "usr" + folder;
            _merged.Add(folder, merged);
        }

        return merged;
    }
}

/// <summary>Reads many small files into one buffer, one after the other.</summary>
internal sealed class ReusableFileReader
{
    private const int Limit = 64 * 1024 * 1024;
    private readonly ReusableBuffer _buffer = new();

    /// <summary>The file's bytes, valid until the next call; empty where it cannot be read whole.</summary>
    public ReadOnlySpan<byte> Read(string path)
    {
        var content = BoundedFile.Read(path, Limit, _buffer);
        return content.IsComplete ? content.Bytes : [];
    }
}
