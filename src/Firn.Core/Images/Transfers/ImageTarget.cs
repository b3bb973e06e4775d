using System.Collections.Immutable;
using Firn.Common.Files;
using Firn.Images.Documents;
using Firn.Images.Layouts;
using Firn.Images.Registries;

namespace Firn.Images.Transfers;

/// <summary>Where an image is put. Blobs come first, from several threads; then manifests; names last.</summary>
internal abstract class ImageTarget : IDisposable
{
    /// <summary>Is told what comes, before the first blob.</summary>
    public virtual void Begin(CopyPlan plan)
    {
        // Most need not know.
    }

    /// <summary>Takes a blob, unless it is there.</summary>
    /// <param name="blob">Which.</param>
    /// <param name="source">Where it is.</param>
    /// <param name="progress">Is told how many bytes went.</param>
    /// <param name="cancellation">Ends it.</param>
    public abstract BlobFate Take(Descriptor blob, ImageSource source, Action<long> progress, CancellationToken cancellation);

    /// <summary>Takes a manifest, all of whose blobs and manifests are there.</summary>
    public abstract void Put(FoundManifest manifest, CancellationToken cancellation);

    /// <summary>Gives the image its names.</summary>
    public abstract void Name(FoundManifest root, CancellationToken cancellation);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>A repository of a registry.</summary>
/// <param name="client">The repository; it is disposed with this.</param>
/// <param name="tags">The names that the image gets.</param>
internal sealed class RegistryTarget(RegistryClient client, ImmutableArray<string> tags) : ImageTarget
{
    private const string Prefix = "firn-blobs-";
    private readonly Lazy<LockedTemporaryFolder> _folder = new(Make);

    public override BlobFate Take(Descriptor blob, ImageSource source, Action<long> progress, CancellationToken cancellation)
    {
        if (source.Open(blob) is { } open)
        {
            return new BlobUpload(client, blob, open, progress).Run(null, cancellation);
        }

        // From registry to registry: it is here for a moment, whole and verified, so that each can be asked again on its own.
        var file = Path.Join(_folder.Value.Path, blob.Digest.Hex);
        try
        {
            return new BlobUpload(client, blob, offset => Opened(file, offset), progress)
            {
                Prepare = () => Fetch(blob, source, file, cancellation),
            }.Run(source.MountableTo(client.Repository), cancellation);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public override void Put(FoundManifest manifest, CancellationToken cancellation) => new RegistryReferrers(client).Add(manifest, cancellation);

    public override void Name(FoundManifest root, CancellationToken cancellation)
    {
        foreach (var tag in tags)
        {
            client.Put(root, tag, cancellation);
        }
    }

    public override void Dispose()
    {
        client.Dispose();
        if (_folder.IsValueCreated)
        {
            _folder.Value.Dispose();
        }
    }

    private static LockedTemporaryFolder Make()
    {
        var folder = Path.GetTempPath();
        LockedTemporaryFolder.Sweep(folder, static name => name.StartsWith(Prefix, StringComparison.Ordinal), DateTimeOffset.UtcNow);
        return LockedTemporaryFolder.Make(Path.Join(folder, $"{Prefix}{Guid.NewGuid():N}"));
    }

    private static void Fetch(Descriptor blob, ImageSource source, string file, CancellationToken cancellation)
    {
        using var handle = File.OpenHandle(file, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        using var stage = new BlobStage(blob, handle, 0, file);
        source.Fetch(stage, static _ => { }, cancellation);
    }

    private static FileStream Opened(string file, long offset)
    {
        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        stream.Seek(offset, SeekOrigin.Begin);
        return stream;
    }
}

/// <summary>A folder that is an OCI image layout. What is interrupted goes on the next time: blobs that are there stay, and so do parts of them.</summary>
/// <param name="folder">The folder, absolute.</param>
/// <param name="names">The names that the image gets there.</param>
internal sealed class LayoutTarget(string folder, ImmutableArray<string> names) : ImageTarget
{
    private const int MaxTries = 5;
    private readonly LayoutWriter _writer = new(folder);

    /// <summary>Beside the blobs, on the same file system.</summary>
    private string Partial => Path.Join(folder, ".firn-partial");

    public override void Begin(CopyPlan plan) => _writer.Begin();

    public override BlobFate Take(Descriptor blob, ImageSource source, Action<long> progress, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            if (_writer.Has(blob))
            {
                return BlobFate.There;
            }

            try
            {
                Bring(blob, source, progress, cancellation);
                return BlobFate.Sent;
            }
            catch (FileNotFoundException) when (tries < MaxTries)
            {
                // Another process put the file in its place, or removed it as left over, between our opening and our locking it.
            }
        }
    }

    private void Bring(Descriptor blob, ImageSource source, Action<long> progress, CancellationToken cancellation)
    {
        using var file = Opened(blob);
        using (var stage = new BlobStage(blob, file.SafeFileHandle, 0, file.Name))
        {
            stage.Continue(cancellation);
            source.Fetch(stage, progress, cancellation);
        }

        file.SetLength(blob.Size);
        file.Flush(flushToDisk: true);
        File.Move(file.Name, _writer.PathOf(blob.Digest), overwrite: true);
    }

    public override void Put(FoundManifest manifest, CancellationToken cancellation) => _writer.Add(manifest.Descriptor, manifest.Content);

    public override void Name(FoundManifest root, CancellationToken cancellation)
    {
        _writer.Name(root.Descriptor, names);
        try
        {
            foreach (var left in Directory.GetFiles(Partial))
            {
                RemoveUnlessUsed(left);
            }

            Directory.Delete(Partial);
        }
        catch (IOException)
        {
            // Another process writes there, or has removed it.
        }
    }

    /// <summary>What killed processes left: of blobs that came otherwise since, and of images that nobody wanted after all.</summary>
    private static void RemoveUnlessUsed(string file)
    {
        try
        {
            using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process writes it.
        }
    }

    public override void Dispose()
    {
        // Nothing is open between two blobs.
    }

    /// <summary>What an earlier one left, unless another process goes on with it just now; that one is not waited for.</summary>
    private FileStream Opened(Descriptor blob)
    {
        var path = Path.Join(Partial, blob.Digest.Hex);
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.CreateDirectory(Partial);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (DirectoryNotFoundException) when (tries < MaxTries)
            {
                // Another process was done, and removed it.
            }
            catch (IOException) when (File.Exists(path) && tries < MaxTries)
            {
                path = $"{path}-{Environment.ProcessId}-{Guid.NewGuid():N}";
            }
        }
    }
}

/// <summary>A file that engines load.</summary>
/// <param name="file">The file, absolute.</param>
/// <param name="name">The image's name in it; <see langword="null"/> for none.</param>
internal sealed class ArchiveTarget(string file, ImageReference? name) : ImageTarget
{
    private readonly HybridArchive _archive = new(file);

    public override void Begin(CopyPlan plan) =>
        _archive.Begin(plan.Root.Descriptor, ImageManifest.Read(plan.Root.Content), plan.Root.Content, name);

    public override BlobFate Take(Descriptor blob, ImageSource source, Action<long> progress, CancellationToken cancellation)
    {
        using var stage = _archive.Stage(blob);
        source.Fetch(stage, progress, cancellation);
        return BlobFate.Sent;
    }

    public override void Put(FoundManifest manifest, CancellationToken cancellation)
    {
        // It was laid out with the rest.
    }

    public override void Name(FoundManifest root, CancellationToken cancellation) => _archive.Finish();

    public override void Dispose() => _archive.Dispose();
}
