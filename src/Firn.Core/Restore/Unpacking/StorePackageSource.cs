using Firn.Restore.Planning;
using Firn.Restore.Writing;
using Firn.Storage;

namespace Firn.Restore.Unpacking;

/// <summary>Packages straight from the bundles of a store.</summary>
/// <param name="store">The store.</param>
/// <param name="folders">The tree that is written.</param>
/// <param name="packages">Makes the writers of packages.</param>
/// <param name="output">What comes beside the files.</param>
internal sealed class StorePackageSource(
    Store store, TreeFolders folders, PackageWriters packages, UnpackOutput output) : PackageSource
{
    private readonly TreeWriter _writer = new(folders, packages.IsReadOnly);
    private BundleUnpacker? _unpacker;

    public override void Write(PackageJob job, CancellationToken cancellation)
    {
        var unpacker = _unpacker ??= new BundleUnpacker(folders, _writer, output);
        var package = packages.Create(job, _writer);
        using (var reader = store.Bundles.Open(job.Package.Bundle))
        {
            unpacker.Unpack(reader, job, package, cancellation);
        }

        var tag = job.Target.Tree.CacheTag;
        if (output.HasBytecode(job, store.Bundles))
        {
            using var reader = store.Bundles.OpenBytecode(job.Package.Bundle, tag);
            unpacker.UnpackBytecode(reader, package, cancellation);
        }

        package.WriteInstallation();
    }

    public override void Dispose() => _writer.Dispose();
}
