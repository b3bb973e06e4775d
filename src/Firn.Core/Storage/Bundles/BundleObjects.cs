using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Compression;

namespace Firn.Storage.Bundles;

/// <summary>
/// The bundles of a store. All methods may be called from several threads and processes at once; what was added is on
/// the disk when the call returns.
/// </summary>
internal sealed class BundleObjects
{
    private readonly string _store;
    private readonly BundleWriter _writer;

    /// <param name="store">The folder of the store.</param>
    /// <param name="compression">How new bundles are compressed; Zstandard where it is not given.</param>
    public BundleObjects(string store, CompressionFormat? compression = null)
    {
        _store = store;
        Files = new BundleFiles(store);
        _writer = new BundleWriter(store, Files, compression ?? CompressionFormat.Zstandard);
    }

    /// <summary>The files behind the bundles, for the check and the collection.</summary>
    public BundleFiles Files { get; }

    /// <summary>Whether the store has the bundle: its index and its archive.</summary>
    public bool Contains(Sha256Digest id) => Files.IsReadable(new BundleName(id));

    public bool ContainsBytecode(Sha256Digest bundle, string tag) => Files.IsReadable(new BundleName(bundle, tag));

    /// <summary>Sets the bundle's time to now, so that the collection spares it.</summary>
    /// <returns><see langword="false"/> where the user may not, or the bundle is not there: a lease is needed then.</returns>
    public bool TryRefresh(Sha256Digest id) => Files.TryRefresh(new BundleName(id));

    /// <summary>The same for bytecode.</summary>
    public bool TryRefreshBytecode(Sha256Digest bundle, string tag) => Files.TryRefresh(new BundleName(bundle, tag));

    /// <summary>Keeps the members as one bundle. Where the store has it, nothing is written but its time.</summary>
    /// <param name="members">In any order.</param>
    /// <param name="options">How to write it.</param>
    /// <param name="cancellation">Ends the work; nothing is left then.</param>
    /// <exception cref="FirnException">A file cannot be read or changed meanwhile, a member cannot stand in a bundle, or the store cannot be written to.</exception>
    public StoredBundle Add(
        IReadOnlyList<BundleMember> members, BundleAddOptions options, CancellationToken cancellation) =>
        Write(members, null, options, cancellation);

    /// <summary>
    /// Keeps the bytecode of a bundle. It is not part of the bundle's identity: where there is some for that tag already,
    /// it stays, and nothing is read.
    /// </summary>
    /// <param name="bundle">The bundle whose sources were compiled.</param>
    /// <param name="tag">The interpreter's cache tag, such as <c>cpython-311</c>.</param>
    /// <param name="members">In any order.</param>
    /// <param name="options">How to write it.</param>
    /// <param name="cancellation">Ends the work; nothing is left then.</param>
    /// <returns>What was written; <see langword="null"/> where it was there already, with its time set to now where possible.</returns>
    public StoredBundle? AddBytecode(
        Sha256Digest bundle,
        string tag,
        IReadOnlyList<BundleMember> members,
        BundleAddOptions options,
        CancellationToken cancellation)
    {
        var name = new BundleName(bundle, tag);
        if (Files.Find(name) is null)
        {
            return Write(members, name, options, cancellation);
        }

        _ = Files.TryRefresh(name);
        return null;
    }

    /// <summary>Starts to read a bundle.</summary>
    /// <exception cref="FirnException">It is not there, its index is damaged, or the machine cannot decompress it.</exception>
    public BundleReader Open(Sha256Digest id) => Files.Open(new BundleName(id));

    /// <summary>The same for bytecode.</summary>
    public BundleReader OpenBytecode(Sha256Digest bundle, string tag) => Files.Open(new BundleName(bundle, tag));

    /// <summary>What is in a bundle, as its index says.</summary>
    /// <exception cref="FirnException">It is not there, or damaged.</exception>
    public BundleIndex ReadIndex(Sha256Digest id) => Files.ReadIndex(new BundleName(id), withFiles: true);

    /// <summary>The same for bytecode.</summary>
    public BundleIndex ReadBytecodeIndex(Sha256Digest bundle, string tag) =>
        Files.ReadIndex(new BundleName(bundle, tag), withFiles: true);

    /// <summary>The digest of the file that is a bundle's bytecode, as its index has it: what documents that mean it name.</summary>
    /// <exception cref="FirnException">It is not there, or damaged.</exception>
    public Sha256Digest BytecodeDigest(Sha256Digest bundle, string tag) =>
        Files.ReadIndex(new BundleName(bundle, tag), withFiles: false).CompressedDigest;

    /// <summary>
    /// Reads every byte of a bundle and of its index and compares all that can be compared: the digest of the compressed
    /// bytes, the tar and its id, and the index with the one that the tar gives.
    /// </summary>
    /// <exception cref="FirnException">Something differs, or cannot be read.</exception>
    public void Verify(BundleName name, CancellationToken cancellation) => Files.Verify(name, cancellation);

    private StoredBundle Write(
        IReadOnlyList<BundleMember> members,
        BundleName? fixedName,
        BundleAddOptions options,
        CancellationToken cancellation)
    {
        var layout = BundleLayout.Of(members);
        try
        {
            return _writer.Add(layout, fixedName, options, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot write a bundle to {_store}: {exception.Message}",
                "check that the store is yours to write to and has room",
                innerException: exception);
        }
    }
}

/// <summary>A bundle that is in the store now.</summary>
internal sealed record StoredBundle
{
    /// <summary>The bundle's id, the digest of its tar; of bytecode the id of the bundle that it belongs to.</summary>
    public required Sha256Digest Digest { get; init; }

    /// <summary>The length of the tar in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The length of the file in the store.</summary>
    public required long CompressedSize { get; init; }

    /// <summary>How many members there are: files, links and folders.</summary>
    public int FileCount => SortedMembers.Count;

    /// <summary>Bytes of its files.</summary>
    public long ContentSize => SortedMembers.Sum(static member => member.Content?.Length ?? 0);

    /// <summary>Whether the store had it already, so that nothing was written.</summary>
    public required bool WasThere { get; init; }

    /// <summary>
    /// Whether its time in the store is now. Where it is not (another user's store, a read-only one), only a lease keeps
    /// the collection from taking it.
    /// </summary>
    public required bool IsFresh { get; init; }

    /// <summary>The digest of each member in the order of <see cref="SortedMembers"/>; <see langword="null"/> for links and folders.</summary>
    public required IReadOnlyList<Sha256Digest?> FileDigests { get; init; }

    /// <summary>The members that were given, sorted as they stand in the bundle.</summary>
    public required IReadOnlyList<BundleMember> SortedMembers { get; init; }
}

/// <summary>How a bundle is written.</summary>
internal sealed record BundleAddOptions
{
    public static BundleAddOptions Default { get; } = new();

    /// <summary>Zstandard's level of bundles; docs/formats/bundle.md has the measurements.</summary>
    public int Level { get; init; } = -3;

    /// <summary>Zstandard's level of bytecode: it is nearly half of an environment, and can be made again.</summary>
    public int BytecodeLevel { get; init; } = -10;
}
