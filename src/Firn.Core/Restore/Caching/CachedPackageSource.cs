using Firn.Common;
using Firn.Common.Files;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Firn.Storage;

namespace Firn.Restore.Caching;

/// <summary>Packages from the cache of unpacked bundles, into which those that are missing are unpacked first.</summary>
/// <param name="store">The store.</param>
/// <param name="cache">The cache.</param>
/// <param name="use">How files come out of it.</param>
/// <param name="readsAll">Whether the bytes of all its files are compared with the store.</param>
/// <param name="relocations">The files that are changed after they are written, and what the cache has of them.</param>
/// <param name="folders">The tree that is written.</param>
/// <param name="packages">Makes the writers of packages.</param>
/// <param name="output">What comes beside the files.</param>
internal sealed class CachedPackageSource(
    Store store,
    UnpackedCache cache,
    CacheMode use,
    bool readsAll,
    PlannedRelocations relocations,
    TreeFolders folders,
    PackageWriters packages,
    RestoreJournal output) : PackageSource
{
    /// <summary>Three for each of what the cache may have of a bundle: its files, their bytecode, and those that are relocated.</summary>
    private const int MostAttempts = 9;
    private readonly ReusableBuffer _listing = new();
    private readonly TreeWriter _writer = new(folders, packages.IsReadOnly);
    private readonly CacheFiller _filler = new(store, cache);
    private readonly CacheProver _prover = new(store, cache, readsAll);
    private RelocatedLinker? _relocated;
    private CachedFileCopier? _copier;

    public override void Write(PackageRestore job, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                WriteOnce(job, cancellation);
                return;
            }
            catch (CacheDamageException damage) when (attempt < MostAttempts)
            {
                // What is there of this package stays: it was checked before it was linked.
                cache.Remove(job.Package.Bundle, damage.Tag);
                output.AddProblem(new Problem(
                    "cache-damaged",
                    damage.Path,
                    "changed since it was unpacked, and unpacked again; environments that were linked before share the changed file"));
            }
            catch (CacheDamageException damage)
            {
                throw new FirnException(
                    $"{damage.Path} in the cache is changed as often as it is made", "remove the cache, or restore without --link");
            }
        }
    }

    public override void Dispose()
    {
        _writer.Dispose();
        _prover.Dispose();
    }

    private void WriteOnce(PackageRestore job, CancellationToken cancellation)
    {
        var bundle = job.Package.Bundle;
        var package = packages.Create(job, _writer);
        var relocated = _relocated ??= new RelocatedLinker(cache, use, _prover, relocations, folders, _writer, output);
        var copier = _copier ??= new CachedFileCopier(use, _writer, output);
        var linker = new CacheLinker(job, package, use, relocations, relocated, copier, _prover, folders, _writer, output);
        var listing = cache.ReadListing(bundle, null, _listing) ?? Refill(bundle, cancellation);
        linker.Link(listing, cache.FolderOf(bundle, null), null, cancellation);
        var tag = job.Target.Tree.CacheTag;
        // What lies in the folder of that digest had it when it was unpacked.
        var folder = job.Package is { HasBytecode: true, Bytecode: { } meant } ? UnpackedCache.BytecodeFolder(tag, meant) : null;
        var bytecode = folder is null ? null : cache.ReadListing(bundle, folder, _listing);
        if (bytecode is not null || output.HasBytecode(job, store.Bundles))
        {
            bytecode ??= RefillBytecode(bundle, tag, folder!, cancellation);
            linker.Link(bytecode, cache.FolderOf(bundle, folder), folder, cancellation);
        }

        package.WriteInstallation();
    }

    private ListingReader Refill(Sha256Digest bundle, CancellationToken cancellation)
    {
        cache.Remove(bundle, null);
        return _filler.Fill(bundle, cancellation);
    }

    private ListingReader RefillBytecode(Sha256Digest bundle, string tag, string folder, CancellationToken cancellation)
    {
        cache.Remove(bundle, folder);
        var sources = cache.ReadListing(bundle, null)
            ?? throw new CacheDamageException(cache.FolderOf(bundle, null), null);
        return _filler.FillBytecode(bundle, tag, folder, sources, cancellation);
    }
}

/// <summary>A file of the cache is not what its list says.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="tag">The tag, where it is of a bundle's bytecode.</param>
internal sealed class CacheDamageException(string path, string? tag) : Exception($"{path} is damaged")
{
    public string Path { get; } = path;

    public string? Tag { get; } = tag;
}
