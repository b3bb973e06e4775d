using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Firn.Common;

namespace Firn.Fetching;

/// <summary>What a request says of the file, and whether the one that came is it.</summary>
internal sealed class FileExpectation
{
    private readonly ImmutableArray<FileHash> _hashes;
    private readonly long _most;

    /// <param name="request">What is wanted.</param>
    /// <param name="name">How messages call it.</param>
    /// <param name="mostBytes">The limit for a file of unknown size.</param>
    public FileExpectation(FetchRequest request, string name, long mostBytes)
    {
        Name = name;
        Size = request.Size;
        _most = mostBytes;
        Algorithm = Strongest(request.Hashes);
        _hashes = request.Hashes.IsDefaultOrEmpty
            ? []
            : [.. request.Hashes.Where(hash => hash.Algorithm == Algorithm)];
        if (Algorithm is null && !request.Hashes.IsDefaultOrEmpty)
        {
            throw new FirnException(
                $"{name} has a hash of the unknown kind {request.Hashes[0].Algorithm}",
                "Firn checks sha256, sha384, sha512 and md5: make the lock again with one of them");
        }
    }

    public string Name { get; }

    public long? Size { get; }

    /// <summary>The strongest algorithm of the hashes; <see langword="null"/> where there are none.</summary>
    public string? Algorithm { get; }

    /// <summary>The most bytes that may come.</summary>
    public long Limit => Size ?? _most;

    /// <summary>Checks a size that a server or a file system announces, before a byte is read.</summary>
    /// <exception cref="FirnException">It is another file.</exception>
    public void CheckAnnounced(long size)
    {
        if (Size is { } expected && size != expected)
        {
            throw WrongSize(expected, size.ToString());
        }

        CheckReceived(size);
    }

    /// <summary>Checks how much has come so far.</summary>
    /// <exception cref="FirnException">It is more than the file has.</exception>
    public void CheckReceived(long size)
    {
        if (size > Limit)
        {
            throw Size is { } expected
                ? WrongSize(expected, $"more than {expected}")
                : new FirnException(
                    $"{Name} has more than {_most} bytes, and nobody says how many it should have",
                    "check where the URL leads");
        }
    }

    /// <summary>Whether the strongest hashes are those of the file; true where none is known.</summary>
    public bool Matches(ComputedDigests digests)
    {
        foreach (var hash in _hashes)
        {
            if (string.Equals(hash.Hex, digests.Of(hash.Algorithm), StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return _hashes.IsEmpty;
    }

    /// <summary>The failure to report where <see cref="Matches"/> says no.</summary>
    public FirnException Mismatch(ComputedDigests digests) => new(
        $"{Name} is another file than the lock says: its {Algorithm} is {digests.Of(Algorithm!)}, expected {ExpectedHashes()}",
        "the file was replaced where it comes from, or damaged on the way: fetch it from elsewhere, or make the lock again",
        FailureKind.Different);

    public FirnException WrongSize(long expected, string got) => new(
        $"{Name} is another file than the lock says: it has {got} bytes, expected {expected}",
        "the file was replaced where it comes from, or a proxy answered instead: fetch it from elsewhere, or make the lock again",
        FailureKind.Different);

    private string ExpectedHashes() => _hashes.Length <= 3
        ? string.Join(" or ", _hashes.Select(hash => hash.Hex))
        : $"one of {_hashes.Length} others";

    private static string? Strongest(ImmutableArray<FileHash> hashes)
    {
        string? best = null;
        foreach (var hash in hashes.IsDefault ? [] : hashes)
        {
            if (FileHash.StrengthOf(hash.Algorithm) > (best is null ? 0 : FileHash.StrengthOf(best)))
            {
                best = hash.Algorithm;
            }
        }

        return best;
    }
}

/// <summary>What a lock says of a file's bytes.</summary>
/// <param name="Algorithm"><c>sha256</c>, <c>sha384</c>, <c>sha512</c> or <c>md5</c>.</param>
/// <param name="Hex">Lower-case hexadecimal digits.</param>
internal sealed record FileHash(string Algorithm, string Hex)
{
    public const string Md5 = "md5";
    public const string Sha256 = "sha256";
    public const string Sha384 = "sha384";
    public const string Sha512 = "sha512";

    /// <summary>Reads <c>sha256=HEX</c> (a URL's fragment) or <c>sha256:HEX</c> (pip's --hash), in either case.</summary>
    /// <returns>Whether the text is a hash that Firn can check.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out FileHash? hash)
    {
        hash = null;
        var at = text?.AsSpan().IndexOfAny('=', ':') ?? -1;
        if (at < 0)
        {
            return false;
        }

        var algorithm = text![..at].ToLowerInvariant();
        var hex = text.AsSpan(at + 1);
        if (hex.Length == 0 || hex.Length != DigitsOf(algorithm) || Firn.Common.Hex.Parse(hex) is null)
        {
            return false;
        }

        hash = new FileHash(algorithm, hex.ToString().ToLowerInvariant());
        return true;
    }

    /// <summary>How much a hash of the algorithm proves; 0 for one that is not known.</summary>
    public static int StrengthOf(string algorithm) => algorithm switch
    {
        Md5 => 1,
        Sha256 => 2,
        Sha384 => 3,
        Sha512 => 4,
        _ => 0,
    };

    /// <summary>As pip's --hash has it.</summary>
    public override string ToString() => $"{Algorithm}:{Hex}";

    private static int DigitsOf(string algorithm) => algorithm switch
    {
        Md5 => 32,
        Sha256 => 64,
        Sha384 => 96,
        Sha512 => 128,
        _ => 0,
    };
}
