using Firn.Common;

namespace Firn.Storage;

/// <summary>
/// The files that a record names, looked at once more when it is written. A collection that took one for superfluous
/// before the record was there has moved it away by now, or will see the record: so what is missing then is written
/// again, and stays. All who write records look again by this.
/// </summary>
internal sealed class ReferencedObjects(Store store)
{
    private readonly List<Named> _objects = [];

    /// <summary>Remembers a file that the record will name.</summary>
    /// <param name="digest">The file, which is in the store.</param>
    /// <param name="title">What messages call it.</param>
    /// <param name="again">Writes it once more, and gives the digest of what was written.</param>
    public void Add(Sha256Digest digest, string title, Func<Sha256Digest> again) => _objects.Add(new Named(digest, title, again));

    /// <summary>Remembers bytes that the record will name.</summary>
    public void Add(Sha256Digest digest, string title, ReadOnlyMemory<byte> content) =>
        Add(digest, title, () => store.Files.Add(content.Span));

    /// <summary>Looks whether all is there when the record is, and writes what is missing.</summary>
    /// <returns>What is gone and cannot be had again; <see langword="null"/> where all is there.</returns>
    public string? PutBack()
    {
        foreach (var named in _objects)
        {
            if (!store.Files.IsInPlace(named.Digest) && !IsWritten(named))
            {
                return named.Title;
            }
        }

        return null;
    }

    /// <summary>The failure to report when the record was taken back.</summary>
    /// <param name="what">What is gone.</param>
    public static FirnException Gone(string what) => new(
        $"{what} changed while it was added, and a collection has removed what it was",
        "nothing refers to it; add it again, with no `firn store gc` of a shorter grace period beside it");

    private static bool IsWritten(Named named)
    {
        try
        {
            return named.Again() == named.Digest;
        }
        catch (FirnException)
        {
            return false;
        }
    }

    private sealed record Named(Sha256Digest Digest, string Title, Func<Sha256Digest> Again);
}
