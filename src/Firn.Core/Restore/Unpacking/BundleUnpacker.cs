using Firn.Restore.Planning;
using Firn.Restore.Writing;
using Firn.Storage;

namespace Firn.Restore.Unpacking;

/// <summary>Packages straight from the bundles of a store.</summary>
/// <param name="store">The store.</param>
/// <param name="folders">The tree that is written.</param>
/// <param name="isReadOnly">Whether files are written read-only.</param>
/// <param name="output">What comes beside the files.</param>
internal sealed class BundleUnpacker(Store store, TreeFolders folders, bool isReadOnly, RestoreJournal output) : PackageSource
{
    private readonly TreeWriter _writer = new(folders, isReadOnly);

    public override void Write(PackageRestore job, CancellationToken cancellation)
    {
        var package = new PackageWriter(job, _writer, output);
        Unpack(store, job, package, cancellation);
        if (output.HasBytecode(job, store.Bundles))
        {
            using var reader = store.Bundles.OpenBytecode(job.Package.Bundle, job.Target.Tree.CacheTag);
            while (reader.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                package.WriteBytecode(reader);
            }
        }

        package.Finish();
    }

    /// <summary>Writes some files of a package in the place of those that are there.</summary>
    /// <param name="job">The package.</param>
    /// <param name="places">The places of the files, relative to the restored prefix.</param>
    /// <param name="cancellation">Stops before the next member.</param>
    public void WriteAgain(PackageRestore job, IReadOnlySet<string> places, CancellationToken cancellation)
    {
        foreach (var place in places)
        {
            _writer.Remove(place);
            output.RemoveRelocated(place);
        }

        Unpack(store, job, new PackageWriter(job, _writer, output, places), cancellation);
    }

    /// <summary>Writes the members of a package's bundle.</summary>
    public static void Unpack(Store store, PackageRestore job, PackageWriter package, CancellationToken cancellation)
    {
        using var reader = store.Bundles.Open(job.Package.Bundle);
        while (reader.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            package.Write(reader);
        }

        package.EndMembers();
    }

    public override void Dispose() => _writer.Dispose();
}
