using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Fetching;
using Firn.Python;
using Firn.Python.Indexes;
using Firn.Python.Metadata;
using Firn.Python.Records;
using Firn.Python.Wheels;

namespace Firn.Creation.Packages;

/// <summary>Brings wheels into a store.</summary>
internal sealed class WheelIngester(IngestionContext context)
{
    /// <summary>Brings one in, unless the store has it.</summary>
    /// <exception cref="FirnException">It cannot be had, or is not what it must be.</exception>
    public IngestedPackage Ingest(PlannedWheel wheel, CancellationToken cancellation)
    {
        if (Find(wheel) is { } known)
        {
            return Ingested(wheel, known, wasThere: true);
        }

        using var file = context.Fetcher.Fetch(wheel.Request, context.TemporaryFolder, cancellation);
        if (context.Sources.FindWheel(file.Sha256, context.Python.Folder, wheel.AskedName) is { } same && IsUsable(wheel, same))
        {
            return Ingested(wheel, same, wasThere: true);
        }

        return context.Limit.Run(() => Unpack(wheel, file, cancellation), cancellation);
    }

    private IngestedPackage Unpack(PlannedWheel wheel, DownloadedFile file, CancellationToken cancellation)
    {
        using var package = Open(wheel, file, cancellation);
        var stored = context.Keep(package.Members, cancellation);
        var source = new KnownSource
        {
            FileName = wheel.FileName,
            Sha256 = file.Sha256,
            Md5 = file.Md5,
            ArchiveSize = file.Size,
            Variant = SourceIndex.VariantOf(context.Python.Folder, package.HeadersName),
            Name = package.CanonicalName,
            Version = package.Version,
            Bundle = stored.Digest,
            Size = package.Size,
            FileCount = stored.FileCount,
            Metadata = package.MetadataFolder,
            Launchers = [.. package.Launchers.Select(launcher => new ArchivedLauncher(launcher.Path, launcher.Interpreter, launcher.Body))],
            Requires = package.Requires,
            RequiresPython = package.RequiresPython,
            HeadersName = package.HeadersName,
        };
        context.Sources.Add(source);
        return Ingested(wheel, source, wasThere: false) with { Problems = [.. package.Problems] };
    }

    /// <summary>
    /// Opens it with its headers below the name that was asked for; where a capture says what its files come to, below
    /// the one of its names that gives that.
    /// </summary>
    private WheelPackage Open(PlannedWheel wheel, DownloadedFile file, CancellationToken cancellation)
    {
        var target = new WheelTarget(context.Python.Folder, wheel.Name, wheel.Version, wheel.FileName, wheel.AskedName);
        var package = WheelPackage.Open(file.Path, target, cancellation);
        if (package.HeadersName is null || wheel.RecordedDigest is not { } wanted)
        {
            return package;
        }

        foreach (var name in (string[])[package.Name, wheel.Name, WheelFileName.Parse(wheel.FileName)!.Name])
        {
            if (DigestOf(package) == wanted)
            {
                break;
            }

            if (CanonicalName.IsValid(name))
            {
                package.Dispose();
                package = WheelPackage.Open(file.Path, target with { HeadersName = name }, cancellation);
            }
        }

        return package;
    }

    private Sha256Digest DigestOf(WheelPackage package)
    {
        var entryPoints = new LauncherNames(package.EntryPoints.Select(entryPoint => entryPoint.Name).ToHashSet(StringComparer.Ordinal));
        return new RecordedContentReader($"/prefix/lib/{context.Python.Folder}/site-packages/{package.MetadataFolder}", entryPoints, isEditable: false)
            .Build(package.Record.ToArray(), new ReusableBuffer()).Digest;
    }

    private static IngestedPackage Ingested(PlannedWheel wheel, KnownSource source, bool wasThere) =>
        new(PackageOf(wheel, source), [], wasThere) { RequiresPython = source.RequiresPython, Origin = wheel.Origin };

    /// <summary>Whether it is neither in the store nor on this machine.</summary>
    public bool IsMissing(PlannedWheel wheel) => RemoteUrl.IsRemote(wheel.Request.Url) && Find(wheel) is null;

    private KnownSource? Find(PlannedWheel wheel)
    {
        foreach (var hash in wheel.Request.Hashes)
        {
            if (hash.Algorithm == "sha256" && Sha256Digest.TryParse(hash.Hex, out var digest)
                && context.Sources.FindWheel(digest, context.Python.Folder, wheel.AskedName) is { } known && IsUsable(wheel, known))
            {
                return known;
            }
        }

        // A file without a digest may be another one under the same name: it counts only where it cannot be looked at.
        return context.IsOffline && wheel.Request.Hashes.IsEmpty
            ? context.Sources.FindByFileName(wheel.FileName, source => SourceIndex.IsFor(source, context.Python.Folder, wheel.AskedName)) is [var only] ? only : null
            : null;
    }

    /// <summary>Of a captured wheel with headers only the wheel itself tells which of its names their folder had.</summary>
    private bool IsUsable(PlannedWheel wheel, KnownSource known) =>
        known.Name == wheel.Name && (known.HeadersName is null || wheel.RecordedDigest is null || context.IsOffline);

    private static ArchivedPackage PackageOf(PlannedWheel wheel, KnownSource source) => source.ToPackage() with
    {
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
