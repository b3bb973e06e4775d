using System.Security.Cryptography;
using System.Text;
using Firn.Common;
using Firn.Common.Zip;
using Firn.Python.Records;

namespace Firn.Python.Wheels;

/// <summary>RECORD of a wheel, by the paths of its files in the wheel.</summary>
internal sealed class WheelRecord
{
    private readonly Dictionary<string, WheelRecordRow> _rows = new(StringComparer.Ordinal);
    private readonly List<(string Path, WheelRecordRow Row)> _others = [];

    public IReadOnlyDictionary<string, WheelRecordRow> Rows => _rows;

    /// <summary>
    /// The rows that are not a file's own, as they stand: of folders, of files under another spelling (<c>./a.py</c>), of files
    /// that have a row already. pip writes them down again (pip: operations/install/wheel.py get_csv_rows_for_installed).
    /// </summary>
    public IReadOnlyList<(string Path, WheelRecordRow Row)> Others => _others;

    /// <summary>Reads the rows.</summary>
    /// <param name="record">It is unquoted in place.</param>
    /// <param name="isFolder">Whether a path of the wheel is a folder.</param>
    /// <param name="refusals">Takes what no installer could follow.</param>
    public static WheelRecord Read(Span<byte> record, Predicate<string> isFolder, List<string> refusals)
    {
        var read = new WheelRecord();
        var reader = new RecordReader(record);
        while (reader.MoveNext())
        {
            var path = Encoding.UTF8.GetString(reader.Path);
            read.Add(path, new WheelRecordRow(Encoding.UTF8.GetString(reader.Hash), reader.Size), isFolder, refusals);
        }

        return read;
    }

    private void Add(string path, WheelRecordRow row, Predicate<string> isFolder, List<string> refusals)
    {
        var plain = Plain(path);
        if (path.EndsWith('/') || isFolder(plain))
        {
            _others.Add((path, row));
        }
        else if (!_rows.TryGetValue(plain, out var known))
        {
            _rows.Add(plain, row with { IsUnderOtherName = plain != path });
            AddOther(plain != path);
        }
        else if (known.Hash.Length > 0 && row.Hash.Length > 0 && known.Hash != row.Hash)
        {
            refusals.Add($"{ZipEntryName.Show(path)}: its RECORD has two different rows for it");
        }
        else
        {
            // What proves the bytes is kept, whichever row has it; what is written is the row under the file's own name.
            var isFirstPlain = known.IsUnderOtherName && plain == path;
            _rows[plain] = isFirstPlain
                ? new WheelRecordRow(row.Hash.Length > 0 ? row.Hash : known.Hash, row.Size) { HasNoHash = row.Hash.Length == 0 }
                : known with { Hash = known.Hash.Length > 0 ? known.Hash : row.Hash, HasNoHash = known.HasNoHash || known.Hash.Length == 0 };
            AddOther(!isFirstPlain);
        }

        void AddOther(bool isOther)
        {
            if (isOther)
            {
                _others.Add((path, row));
            }
        }
    }

    /// <summary>Without dot segments and empty ones; as it is where it would lead out.</summary>
    private static string Plain(string path)
    {
        if (!path.StartsWith('.') && !path.Contains("/.", StringComparison.Ordinal) && !path.Contains("//", StringComparison.Ordinal))
        {
            return path;
        }

        var kept = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            if (segment == ".." && kept.Count == 0)
            {
                return path;
            }

            if (segment == "..")
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (segment is not ("" or "."))
            {
                kept.Add(segment);
            }
        }

        return path.StartsWith('/') ? path : string.Join('/', kept);
    }
}

/// <summary>What RECORD says of a file.</summary>
/// <param name="Hash">As recorded, <c>sha256=DIGEST</c>; empty where none is.</param>
/// <param name="Size">In bytes; -1 where none is.</param>
internal readonly record struct WheelRecordRow(string Hash, long Size)
{
    /// <summary>Whether only rows under other spellings of its path tell this: a row of its own is added without a word.</summary>
    public bool IsUnderOtherName { get; init; }

    /// <summary>Whether another row than its own has the hash.</summary>
    public bool HasNoHash { get; init; }

    /// <summary>The hash in the row that an installation has for it.</summary>
    public string WrittenHash => IsUnderOtherName || HasNoHash ? string.Empty : Hash;

    /// <summary>The size there.</summary>
    public long WrittenSize => IsUnderOtherName ? -1 : Size;
}

/// <summary>The hashes that a wheel's RECORD may have: "sha256 or better" (Binary distribution format, "The .dist-info directory").</summary>
internal static class RecordedHash
{
    /// <summary>Whether the wheel format forbids the algorithm.</summary>
    public static bool IsForbidden(string hash) => AlgorithmOf(hash) is "md5" or "sha1" or "sha224";

    /// <summary>Whether it can be compared; SHA-3 and BLAKE2 cannot, and without OpenSSL only SHA-256 can.</summary>
    public static bool IsComparable(string hash) =>
        AlgorithmOf(hash) is "sha256" || (NativeCryptography.IsPresent && AlgorithmOf(hash) is ("sha384" or "sha512"));

    /// <summary>What computes the hash, where that is more than SHA-256, which every member of a bundle has anyway.</summary>
    public static IncrementalHash? CreateHasher(string hash) => AlgorithmOf(hash) switch
    {
        _ when !NativeCryptography.IsPresent => null,
        "sha384" => IncrementalHash.CreateHash(HashAlgorithmName.SHA384),
        "sha512" => IncrementalHash.CreateHash(HashAlgorithmName.SHA512),
        _ => null,
    };

    /// <summary>Whether the bytes have the recorded hash, where it can be compared.</summary>
    public static bool Matches(string hash, ReadOnlySpan<byte> content)
    {
        using var hasher = CreateHasher(hash);
        if (hasher is null)
        {
            return !RecordHash.IsComparable(hash) || RecordHash.Matches(hash, Sha256Digest.Of(content));
        }

        hasher.AppendData(content);
        return Matches(hash, hasher);
    }

    public static bool Matches(string hash, IncrementalHash hasher) => RecordHash.Matches(hash, hasher.GetHashAndReset());

    private static ReadOnlySpan<char> AlgorithmOf(string hash)
    {
        var equals = hash.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? default : hash.AsSpan(0, equals);
    }
}
