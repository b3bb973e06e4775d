using System.Collections.Immutable;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Images.Documents;
using Firn.Images.Engines;
using Firn.Images.Layouts;
using Firn.Images.Registries;
using Firn.Images.Transfers;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Storage;

namespace Firn.Images.Assembly;

/// <summary>An image that was put together.</summary>
internal sealed record AssembledImage
{
    /// <summary>Its manifest.</summary>
    public required FoundManifest Manifest { get; init; }

    /// <summary>Its configuration.</summary>
    public required byte[] Configuration { get; init; }

    /// <summary>Which machines it is for.</summary>
    public required ImagePlatform Platform { get; init; }

    /// <summary>All its layers, the lowest first.</summary>
    public required ImmutableArray<ImageLayer> Layers { get; init; }

    /// <summary>Those that were added to the image below.</summary>
    public required ImmutableArray<AssembledLayer> Added { get; init; }
}

/// <summary>Puts an image together from bundles, without an engine and without root: the same bytes for the same environment.</summary>
/// <param name="store">Where the bundles are.</param>
/// <param name="plan">The environment, in the form that images have, without obstacles.</param>
/// <param name="below">The image below.</param>
/// <param name="files">What of its files counts.</param>
/// <param name="cache">Where layers are that were made before.</param>
internal sealed class ImageAssembler(Store store, RestorePlan plan, BaseImage below, BaseSummary files, LayerCache cache)
{
    /// <summary>Engines refuse to start more than 125 (overlay file systems).</summary>
    private const int MaxLayers = 120;

    /// <summary>As many as can be read and digested at once while others compress.</summary>
    private const int MaxThreads = 4;

    private readonly List<RestoreJournal> _journals = [];

    /// <summary>How many bytes of files are done; another thread may look at it.</summary>
    public long BytesDone
    {
        get
        {
            lock (_journals)
            {
                return _journals.Sum(static journal => journal.Counts.Bytes);
            }
        }
    }

    /// <summary>Makes the layers that are not there yet, and what names them.</summary>
    /// <param name="configuration">What is said of the image, all but its layers.</param>
    /// <param name="libraries">What stands for a base; <see langword="null"/> for nothing.</param>
    /// <param name="cancellation">Stops it; layers that are whole stay in the cache.</param>
    /// <exception cref="FirnException">A bundle is missing or damaged, the image has too many layers, or the disk refuses.</exception>
    public AssembledImage Run(ImageConfiguration configuration, HostLibraries? libraries, CancellationToken cancellation)
    {
        var owners = PathOwners.Of(plan, store, LayerMaker.OwnPaths(plan));
        var maker = new LayerMaker(store, plan, owners, files.Root, files.At);
        var layers = LayerPlan.Of(plan, MaxLayers - below.Layers.Length);
        if (layers.Length + below.Layers.Length > MaxLayers)
        {
            throw new FirnException($"{below.Name} has {below.Layers.Length} layers, and no engine starts an image of more than {MaxLayers}", "take a base image of fewer layers");
        }

        var made = new AssembledLayer[layers.Length];
        AssembledLayer? system = null;
        try
        {
            using var compressor = new PieceCompressor();
            system = libraries is null ? null : Make(libraries, compressor, cancellation);
            Make(maker, layers, made, compressor, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot write a layer: {exception.Message.TrimEnd('.')}", "check that the cache of firn (FIRN_CACHE) is yours to write to and has room", innerException: exception);
        }

        return system is null
            ? Compose(configuration, layers.Select(static layer => layer.Name), made)
            : Compose(configuration, layers.Select(static layer => layer.Name).Prepend(ShortList.Of(libraries!.Packages, ", ")), [system, .. made]);
    }

    private AssembledLayer Make(HostLibraries libraries, PieceCompressor compressor, CancellationToken cancellation)
    {
        var key = libraries.Key();
        return cache.Find(key) ?? cache.Add(key, stream => libraries.Write(stream, compressor, cancellation));
    }

    private void Make(
        LayerMaker maker, ImmutableArray<LayerPlan> layers, AssembledLayer[] made, PieceCompressor compressor, CancellationToken cancellation)
    {
        var last = layers.Length - 1;
        // The largest first, so that no core is left alone with one at the end.
        var order = Enumerable.Range(0, last).OrderByDescending(i => layers[i].Jobs.Sum(job => plan.Jobs[job].Package.Size)).ToList();
        WorkerThreads.OnCores(last, MaxThreads, "firn assemble", work =>
        {
            while (work.TryTake(out var i))
            {
                made[order[i]] = Make(maker, layers[order[i]], [], compressor, work.Stop);
            }
        }, cancellation);
        // Its note names what was changed in all the others.
        ImmutableArray<RelocatedFile> relocated = [.. made.Take(last).SelectMany(static layer => layer.Relocated).OrderBy(static file => file.Path, StringComparer.Ordinal)];
        made[last] = Make(maker, layers[last], relocated, compressor, cancellation);
    }

    private AssembledLayer Make(
        LayerMaker maker, LayerPlan layer, ImmutableArray<RelocatedFile> relocated, PieceCompressor compressor, CancellationToken cancellation)
    {
        var key = maker.KeyOf(layer, relocated);
        if (cache.Find(key) is { } found)
        {
            return found;
        }

        var journal = new RestoreJournal();
        lock (_journals)
        {
            _journals.Add(journal);
        }

        using var scratch = new WorkFolder();
        return cache.Add(key, stream => maker.Write(layer, relocated, scratch.FullName, journal, stream, compressor, cancellation));
    }

    private AssembledImage Compose(ImageConfiguration configuration, IEnumerable<string> names, AssembledLayer[] made)
    {
        var content = (configuration with { Layers = [.. made.Zip(names, static (layer, name) => (layer.Bytes, name))] }).Compose(below.Configuration);
        ImmutableArray<ImageLayer> all =
        [
            .. below.Layers,
            .. made.Select(static layer => new ImageLayer(new Descriptor(MediaTypes.GzipLayer, layer.Bytes.Digest, layer.Bytes.Size), layer.Bytes.DiffId)),
        ];
        var manifest = new ImageManifest
        {
            Configuration = Descriptor.Of(MediaTypes.Configuration, content),
            Layers = [.. all.Select(static layer => layer.Blob)],
        }.Write();
        return new AssembledImage
        {
            Manifest = new FoundManifest(Descriptor.Of(MediaTypes.Manifest, manifest), manifest),
            Configuration = content,
            Platform = new ImagePlatform(
                below.Configuration.TextOf("os") ?? "linux", ImageConfiguration.ArchitectureIn(below.Configuration) ?? "amd64", below.Configuration.TextOf("variant")),
            Layers = all,
            Added = [.. made],
        };
    }
}

/// <summary>An assembled image as something that can be copied: its own layers from the cache, the others from where the base is.</summary>
/// <param name="image">The image.</param>
/// <param name="below">The image below.</param>
/// <param name="name">How messages call it.</param>
internal sealed class AssembledSource(AssembledImage image, BaseImage below, string name) : ImageSource
{
    private readonly Sha256Digest _configuration = Sha256Digest.Of(image.Configuration);

    public override string Name => name;

    public override FoundManifest Root { get; } = image.Manifest with { Descriptor = image.Manifest.Descriptor with { Platform = image.Platform } };

    public override FoundManifest Manifest(Descriptor manifest, CancellationToken cancellation) =>
        throw new InvalidOperationException("an assembled image is no index");

    public override byte[] Document(Descriptor blob, CancellationToken cancellation) => image.Configuration;

    public override Func<long, Stream>? Open(Descriptor blob)
    {
        if (blob.Digest == _configuration)
        {
            return offset => new MemoryStream(image.Configuration) { Position = offset };
        }

        if (image.Added.FirstOrDefault(layer => layer.Bytes.Digest == blob.Digest) is { } added)
        {
            return offset => new FileStream(added.File, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1) { Position = offset };
        }

        return below.Source!.Open(blob);
    }

    public override void Fetch(BlobStage stage, Action<long> progress, CancellationToken cancellation)
    {
        if (Open(stage.Blob) is not { } open)
        {
            below.Source!.Fetch(stage, progress, cancellation);
            return;
        }

        if (!stage.TakeFrom(open, progress, cancellation))
        {
            throw new FirnException($"{stage.Blob.Digest} is not what its name says", "remove the cache of firn (FIRN_CACHE) and assemble again", FailureKind.Different);
        }
    }

    public override string? MountableTo(RegistryRepository target) => below.Source?.MountableTo(target);
}
