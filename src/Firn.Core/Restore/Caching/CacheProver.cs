using Firn.Common;
using Firn.Common.Files;
using Firn.Storage;

namespace Firn.Restore.Caching;

/// <summary>
/// Compares files of the cache with the bundles that they were unpacked from, where the file system cannot vouch for them.
/// Each thread has its own.
/// </summary>
/// <param name="store">The bundles.</param>
/// <param name="cache">The cache.</param>
internal sealed class CacheProver(Store store, UnpackedCache cache) : IDisposable
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly Sha256Hasher _hasher = new();
    private Sha256Digest? _bundle;
    private string? _folder;
    private Dictionary<string, Sha256Digest> _digests = [];

    /// <summary>Whether a file has the bytes that its bundle has.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="folder">Its folder, where it is bytecode.</param>
    /// <param name="member">Its path in the bundle.</param>
    /// <param name="cancellation">Stops the reading of the bundle.</param>
    public bool IsRight(Sha256Digest bundle, string? folder, string member, CancellationToken cancellation)
    {
        if (_bundle != bundle || _folder != folder)
        {
            _digests = folder is null ? Digests(bundle) : BytecodeDigests(bundle, folder, cancellation);
            (_bundle, _folder) = (bundle, folder);
        }

        return _digests.TryGetValue(member, out var digest)
            && DigestOf(Path.Join(cache.FolderOf(bundle, folder), UnpackedCache.Files, member)) == digest;
    }

    /// <summary>The digest of a file; <see langword="null"/> where it cannot be read.</summary>
    public Sha256Digest? DigestOf(string path)
    {
        try
        {
            using var file = SequentialFile.Open(path);
            while (file.Read(_buffer) is var count and > 0)
            {
                _hasher.Append(_buffer.AsSpan(0, count));
            }

            return _hasher.Finish();
        }
        catch (FirnException)
        {
            _ = _hasher.Finish();
            return null;
        }
    }

    public void Dispose() => _hasher.Dispose();

    private Dictionary<string, Sha256Digest> Digests(Sha256Digest bundle)
    {
        var digests = new Dictionary<string, Sha256Digest>(StringComparer.Ordinal);
        foreach (var entry in store.Bundles.ReadIndex(bundle).Files)
        {
            if (entry.Digest is { } digest)
            {
                digests[entry.Path] = digest;
            }
        }

        return digests;
    }

    /// <summary>An index has no digests of bytecode, and in the cache that names the times of its sources.</summary>
    private Dictionary<string, Sha256Digest> BytecodeDigests(Sha256Digest bundle, string folder, CancellationToken cancellation)
    {
        var digests = new Dictionary<string, Sha256Digest>(StringComparer.Ordinal);
        if (cache.ReadListing(bundle, null) is { } sources)
        {
            using var reader = store.Bundles.OpenBytecode(bundle, UnpackedCache.TagOf(folder));
            CacheMembers.ReadBytecode(
                reader, CacheFiller.TimesOf(sources), (entry, content) => digests[entry.Path] = Sha256Digest.Of(content), cancellation);
        }

        return digests;
    }
}
