using Firn.Common.Bundles;
using Firn.Fetching;
using Firn.Storage;
using Firn.Storage.Bundles;
using Firn.Storage.Layout;

namespace Firn.Creation.Packages;

/// <summary>What all packages of one plan are brought in with.</summary>
/// <param name="Store">The store.</param>
/// <param name="Sources">What it has already.</param>
/// <param name="Leases">Keeps what is another user's.</param>
/// <param name="Fetcher">Downloads.</param>
/// <param name="Python">The Python that they are installed for.</param>
/// <param name="Limit">How many are unpacked at once.</param>
/// <param name="IsOffline">Whether nothing may be downloaded.</param>
internal sealed record IngestionContext(
    Store Store,
    SourceIndex Sources,
    StoreLeases Leases,
    Fetcher Fetcher,
    PythonTarget Python,
    UnpackingLimit Limit,
    bool IsOffline)
{
    /// <summary>Where downloads and what is unpacked lie meanwhile.</summary>
    public string TemporaryFolder => Path.Join(Store.Path, StoreLayout.Temporary);

    /// <summary>Puts a bundle into the store, where no collection takes it before a record names it.</summary>
    public StoredBundle Keep(IReadOnlyList<BundleMember> members, CancellationToken cancellation)
    {
        var stored = Store.Bundles.Add(members, BundleAddOptions.Default, cancellation);
        if (!stored.IsFresh)
        {
            Leases.Hold([stored.Digest]);
        }

        return stored;
    }
}
