using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Storage.Layout;

namespace Firn.Storage.Asimov;

/// <summary>
/// Writes what asimov's own <c>Store</c> opens, lists and fetches from: each file under its name, a second name for it
/// under its uuid, where asimov looks (asimov/storage.py, <c>Manifest.uuid_dict</c>), and the manifest. A new one is made
/// beside its place and renamed; one that is there is brought up to date, and what asimov added to it stays.
/// </summary>
internal sealed class AsimovExporter
{
    private const string StoreMember = "firn_store";
    private const int MaxAttempts = 10;
    private readonly Store _store;
    private readonly AsimovProjection _projection;
    private readonly List<string> _failures = [];
    private readonly List<Action> _afterwards = [];
    private AsimovReport _report = new();

    private AsimovExporter(Store store, CancellationToken cancellation)
    {
        _store = store;
        _projection = AsimovProjection.Of(store, cancellation);
        _failures.AddRange(_projection.Failures);
    }

    /// <summary>Exports a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="folder">Where to, absolute: an export, a store of asimov's, an empty folder, or nothing yet.</param>
    /// <param name="cancellation">Ends it; a new export is not there then, an old one is whole.</param>
    /// <exception cref="FirnException">The folder holds something else, or cannot be written to.</exception>
    public static AsimovReport Export(Store store, string folder, CancellationToken cancellation)
    {
        var exporter = new AsimovExporter(store, cancellation);
        if (File.Exists(AsimovManifest.PathIn(folder)))
        {
            exporter.Update(folder, cancellation);
        }
        else
        {
            exporter.Create(folder, cancellation);
        }

        return exporter._report with { Notes = [.. exporter._projection.Notes], Failures = [.. exporter._failures] };
    }

    private void Create(string folder, CancellationToken cancellation)
    {
        RefuseOtherFolders(folder);
        LockedTemporaryFolder.SweepBeside(folder, ".firn-");
        var staging = $"{folder}.firn-{Guid.NewGuid():N}.tmp";
        try
        {
            var manifest = AsimovManifest.Create(_store.Description.Name);
            var tree = new AsimovTree(staging);
            Directory.CreateDirectory(Path.Join(staging, ".manifest"));
            foreach (var file in _projection.Files)
            {
                Put(tree, manifest, file, cancellation);
            }

            WriteManifest(staging, manifest);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }

            Directory.Move(staging, folder);
            AtomicFile.SynchronizeDirectory(Path.GetDirectoryName(folder)!);
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw new FirnException(
                $"cannot write {folder}: {Errno.Reason(exception)}",
                "name a folder that you may write to and that has room",
                innerException: exception);
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    private void Update(string folder, CancellationToken cancellation)
    {
        var tree = new AsimovTree(folder);
        tree.MustBeWithin(AsimovManifest.PathIn(folder));
        for (var attempt = 1; ; attempt++)
        {
            var before = AsimovManifest.LoadBytes(folder);
            var manifest = AsimovManifest.Parse(before, AsimovManifest.PathIn(folder));
            _report = new AsimovReport();
            _failures.Clear();
            _failures.AddRange(_projection.Failures);
            foreach (var file in _projection.Files)
            {
                Put(tree, manifest, file, cancellation);
            }

            RemoveWhatIsGone(tree, manifest);
            // asimov rewrites its manifest without a lock: what it added since is merged, not lost.
            if (attempt == MaxAttempts || AsimovManifest.LoadBytes(folder).AsSpan().SequenceEqual(before))
            {
                WriteManifest(folder, manifest);
                break;
            }
        }

        _afterwards.ForEach(action => action());
    }

    private void Put(AsimovTree tree, AsimovManifest manifest, AsimovFile file, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var known = manifest.Find(file.Event, file.Production, file.FileName);
        var isOurs = known?.Text(StoreMember) == _store.Description.Id;
        if (known is not null && !isOurs && known.Text("hash") != file.Md5)
        {
            _failures.Add($"{file.Title} is another file in the export, which asimov or another store put there: it stays");
            return;
        }

        if (known is not null && !isOurs)
        {
            // asimov's own record of the same bytes: its uuid stays, it only needs to be found.
            file = file with { Uuid = AsimovNames.IsHex32(known.Text("uuid")) ? known.Text("uuid")! : file.Uuid };
        }

        var isThere = known is not null && tree.Has(file);
        try
        {
            KeepOldUntilDone(tree, file, known);
            if (!isThere)
            {
                tree.Write(_store, file, cancellation);
            }

            if (!tree.HasAlias(file))
            {
                tree.WriteAlias(file);
            }
        }
        catch (FirnException exception) when (exception.Kind == FailureKind.Different)
        {
            _failures.Add($"{file.Title} is left out: {exception.Message}");
            return;
        }

        manifest.Set(file.Event, file.Production, file.FileName, RecordOf(file, known, isOurs));
        _report = _report with { Files = _report.Files + (isThere ? 0 : 1), Unchanged = _report.Unchanged + (isThere ? 1 : 0) };
    }

    private AsimovMapping RecordOf(AsimovFile file, AsimovMapping? known, bool isOurs)
    {
        var record = known ?? new AsimovMapping();
        record.Set("hash", file.Md5);
        record.Set("sha256", file.Digest.Hex);
        record.Set("uuid", file.Uuid);
        if (known is null || isOurs)
        {
            record.Set(StoreMember, _store.Description.Id);
        }

        return record;
    }

    private void KeepOldUntilDone(AsimovTree tree, AsimovFile file, AsimovMapping? known)
    {
        if (known?.Text("uuid") is { } old && AsimovNames.IsHex32(old) && old != file.Uuid)
        {
            tree.KeepUnderUuid(file.Event, file.Production, file.FileName, old);
            _afterwards.Add(() => tree.Remove(file.Event, file.Production, old));
        }
    }

    /// <summary>A run that was forgotten must not live on in its export: what this store put there and has no more goes.</summary>
    private void RemoveWhatIsGone(AsimovTree tree, AsimovManifest manifest)
    {
        var shown = new HashSet<(string Event, string Production, string Name)>();
        foreach (var file in _projection.Files)
        {
            shown.Add((file.Event, file.Production, file.FileName));
        }

        foreach (var resource in manifest.Resources().ToList())
        {
            var record = manifest.Find(resource.Event, resource.Production, resource.Key);
            if (record?.Text(StoreMember) != _store.Description.Id
                || shown.Contains((resource.Event, resource.Production, resource.Key))
                || !IsSafe(resource))
            {
                continue;
            }

            manifest.Remove(resource.Event, resource.Production, resource.Key);
            _report = _report with { Removed = _report.Removed + 1 };
            _afterwards.Add(() =>
            {
                tree.Remove(resource.Event, resource.Production, resource.Key);
                if (AsimovNames.IsHex32(resource.Uuid))
                {
                    tree.Remove(resource.Event, resource.Production, resource.Uuid!);
                }
            });
        }
    }

    private static bool IsSafe(AsimovResource resource) =>
        AsimovNames.IsSafePart(resource.Event) && AsimovNames.IsSafePart(resource.Production) && AsimovNames.IsSafePart(resource.Key);

    private static void WriteManifest(string folder, AsimovManifest manifest)
    {
        var path = AsimovManifest.PathIn(folder);
        using var staged = AtomicFile.Stage(path, manifest.Write());
        staged.Place();
        AsimovTree.Guarded(path, () => AtomicFile.SynchronizeDirectory(Path.GetDirectoryName(path)!));
    }

    private static void RefuseOtherFolders(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new FirnException(
                $"{folder} is there, and is not a store of asimov's",
                "name a new folder, or one that an export or asimov made");
        }
    }
}

/// <summary>What an export to a store of asimov's, or an import of one, came to.</summary>
public sealed record AsimovReport
{
    /// <summary>How many files were written, or taken over.</summary>
    public int Files { get; init; }

    /// <summary>How many files were there already, with the same content.</summary>
    public int Unchanged { get; init; }

    /// <summary>How many files an export removed, because no run has them any more.</summary>
    public int Removed { get; init; }

    /// <summary>How many analyses an import added a run to.</summary>
    public int Runs { get; init; }

    /// <summary>What went otherwise than its name says, and is right all the same: a line each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>What could not be done, or is wrong: a line each.</summary>
    public ImmutableArray<string> Failures { get; init; } = [];
}
