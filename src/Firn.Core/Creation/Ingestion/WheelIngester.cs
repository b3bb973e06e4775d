using Firn.Captures.Archives;
using Firn.Common;
using Firn.Creation.Planning;
using Firn.Creation.Sources;
using Firn.Fetching;
using Firn.Python.Wheels;
using Firn.Storage;
using Firn.Storage.Bundles;

namespace Firn.Creation.Ingestion;

/// <summary>Brings wheels into a store.</summary>
internal sealed class WheelIngester(
    Store store,
    SourceIndex sources,
    StoreLeases leases,
    Fetcher fetcher,
    PythonTarget python,
    UnpackingGate gate,
    IngestionOptions options)
{
    /// <summary>Brings one in, unless the store has it.</summary>
    /// <exception cref="FirnException">It cannot be had, or is not what it must be.</exception>
    public IngestedPackage Ingest(PlannedWheel wheel, CancellationToken cancellation)
    {
        if (Find(wheel) is { } known)
        {
            return new IngestedPackage(PackageOf(wheel, known), [], WasThere: true);
        }

        using var file = fetcher.Fetch(wheel.Request, Path.Join(store.Path, StoreLayout.Temporary), cancellation);
        if (sources.Find(file.Sha256, python.Folder) is { } same && same.Name == wheel.Name)
        {
            return new IngestedPackage(PackageOf(wheel, same), [], WasThere: true);
        }

        return gate.Run(() => Unpack(wheel, file, cancellation), cancellation);
    }

    private IngestedPackage Unpack(PlannedWheel wheel, FetchedFile file, CancellationToken cancellation)
    {
        var target = new WheelTarget(python.Folder, wheel.Name, wheel.Version, wheel.FileName);
        using var package = WheelPackage.Open(file.Path, target, cancellation);
        var stored = store.Bundles.Add(package.Members, BundleAddOptions.Default, cancellation);
        if (!stored.IsFresh)
        {
            leases.Hold([stored.Digest]);
        }

        var source = new KnownSource
        {
            FileName = wheel.FileName,
            Sha256 = file.Sha256,
            Md5 = file.Md5,
            ArchiveSize = file.Size,
            Variant = python.Folder,
            Name = package.CanonicalName,
            Version = package.Version,
            Bundle = stored.Digest,
            Size = package.Size,
            FileCount = stored.FileCount,
            Metadata = package.MetadataFolder,
            Launchers = [.. package.Launchers.Select(launcher => new ArchivedLauncher(launcher.Path, launcher.Interpreter, launcher.Body))],
            Requires = package.Requires,
        };
        sources.Add(source);
        return new IngestedPackage(PackageOf(wheel, source), [], WasThere: false) { Problems = [.. package.Problems] };
    }

    /// <summary>Whether it is neither in the store nor on this machine.</summary>
    public bool IsMissing(PlannedWheel wheel) => KnownArchive.IsRemote(wheel.Request.Url) && Find(wheel) is null;

    private KnownSource? Find(PlannedWheel wheel)
    {
        foreach (var hash in wheel.Request.Hashes)
        {
            if (hash.Algorithm == "sha256" && Sha256Digest.TryParse(hash.Hex, out var digest)
                && sources.Find(digest, python.Folder) is { } known && known.Name == wheel.Name)
            {
                return known;
            }
        }

        // A file without a digest may be another one under the same name: it counts only where it cannot be looked at.
        return options.IsOffline && wheel.Request.Hashes.IsEmpty
            ? sources.FindByFileName(wheel.FileName, python.Folder) is [var only] ? only : null
            : null;
    }

    private static ArchivedPackage PackageOf(PlannedWheel wheel, KnownSource source) => new()
    {
        Kind = ArchivedPackageKind.Distribution,
        Name = source.Name,
        Version = source.Version,
        Bundle = source.Bundle,
        Size = source.Size,
        FileCount = source.FileCount,
        Distribution = new ArchivedDistribution
        {
            Metadata = source.Metadata ?? throw new FirnException(
                $"the store's document on {source.FileName} is damaged", "`firn store repair` takes it away, and it is made again"),
            Launchers = source.Launchers,
            HasRecord = true,
            InstallerFiles = wheel.DirectUrlJson is { } json
                ? InstallerFiles.Compose(wheel.IsRequested, null, []).SetItem("direct_url.json", json)
                : InstallerFiles.Compose(wheel.IsRequested, wheel.DirectUrl, [("sha256", source.Sha256.Hex)]),
        },
    };
}
