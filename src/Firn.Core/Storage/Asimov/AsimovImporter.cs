using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Objects;
using Firn.Storage.Records;

namespace Firn.Storage.Asimov;

/// <summary>Takes over a store that asimov wrote, of any of its layouts: one run for each of its productions.</summary>
internal sealed class AsimovImporter
{
    private readonly Store _store;
    private readonly TimeProvider _clock;
    private readonly AsimovFiles _source;
    private readonly List<string> _notes = [];
    private readonly List<string> _failures = [];
    private int _files;
    private int _unchanged;
    private int _runs;

    private AsimovImporter(Store store, string folder, TimeProvider clock)
    {
        _store = store;
        _clock = clock;
        _source = new AsimovFiles(folder);
    }

    /// <summary>Imports a store.</summary>
    /// <param name="store">Takes the files.</param>
    /// <param name="folder">asimov's store, absolute.</param>
    /// <param name="clock">Tells when.</param>
    /// <param name="cancellation">Ends it; productions that are in stay.</param>
    /// <exception cref="FirnException">It is not a store of asimov's, or this one cannot be written to.</exception>
    public static AsimovReport Import(Store store, string folder, TimeProvider clock, CancellationToken cancellation)
    {
        var manifest = AsimovManifest.Load(folder);
        var importer = new AsimovImporter(store, folder, clock);
        foreach (var production in manifest.Resources().GroupBy(resource => (resource.Event, resource.Production)))
        {
            cancellation.ThrowIfCancellationRequested();
            importer.ImportProduction(production.Key.Event, production.Key.Production, [.. production], cancellation);
        }

        return new AsimovReport
        {
            Files = importer._files,
            Unchanged = importer._unchanged,
            Runs = importer._runs,
            Notes = [.. importer._notes],
            Failures = [.. importer._failures],
        };
    }

    private void ImportProduction(
        string eventName, string production, List<AsimovResource> files, CancellationToken cancellation)
    {
        var names = Names(files);
        using var batch = _store.Files.StartBatch();
        var resources = new List<RunResource>();
        var named = new ReferencedObjects(_store);
        foreach (var file in files)
        {
            if (Take(batch, file, names[file.Key], named, cancellation) is { } resource)
            {
                resources.Add(resource);
            }
        }

        if (resources.Count == 0)
        {
            return;
        }

        resources.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        batch.Complete();
        var runs = _store.Runs(eventName, production);
        if (IsLastRun(runs, resources))
        {
            _unchanged += resources.Count;
            return;
        }

        var run = runs.Append(
            new RunRecord
            {
                Subject = eventName,
                Name = production,
                Number = 0,
                Created = _clock.GetUtcNow(),
                Status = RunStatus.Succeeded,
                Resources = [.. resources],
            },
            cancellation);
        if (named.PutBack() is { } gone)
        {
            runs.Append(RunRecord.Forgetting(run.Record, _clock.GetUtcNow()), CancellationToken.None);
            throw ReferencedObjects.Gone(gone);
        }

        _files += resources.Count;
        _runs++;
    }

    /// <summary>A resource name for each key; two paths that end alike get all their parts.</summary>
    private static Dictionary<string, string?> Names(List<AsimovResource> files)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (AsimovNames.ResourceName(file.Key, static _ => false) is { } name)
            {
                counts[name] = counts.GetValueOrDefault(name) + 1;
            }
        }

        var names = new Dictionary<string, string?>(StringComparer.Ordinal);
        var taken = new ResourceNameSet();
        foreach (var file in files)
        {
            var isPlain = AsimovNames.IsSafePart(file.Key);
            var name = isPlain ? file.Key : AsimovNames.ResourceName(file.Key, other => counts[other] > 1);
            names[file.Key] = name is not null && taken.Add(name) is null ? name : null;
        }

        return names;
    }

    private RunResource? Take(
        ObjectBatch batch, AsimovResource file, string? name, ReferencedObjects named, CancellationToken cancellation)
    {
        var title = $"{file.Event}/{file.Production}/{file.Key}";
        if (name is null)
        {
            _failures.Add($"{title} is left out: its key gives no name of its own");
            return null;
        }

        var paths = _source.Find(file, out var problem);
        if (paths.Count == 0)
        {
            _failures.Add($"{title} is left out: {problem}");
            return null;
        }

        var stored = TakeFirstThatFits(batch, file, paths, cancellation);
        if (stored.Md5 != file.Hash)
        {
            _failures.Add($"{title} is damaged: its MD5 is {stored.Md5}, the manifest says {file.Hash ?? "nothing"}; it was taken as it is");
        }

        named.Add(stored.Digest, title, () => Again(stored.Digest, paths));
        if (name != file.Key)
        {
            _notes.Add($"{title} is {name} now");
        }

        return new RunResource(name, stored.Digest, stored.Md5, stored.Size, UuidOf(file, title));
    }

    /// <summary>Of a file under its name and one under its uuid the one that the manifest means.</summary>
    private static StoredFile TakeFirstThatFits(
        ObjectBatch batch, AsimovResource file, IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        StoredFile? first = null;
        foreach (var path in paths)
        {
            var stored = batch.AddFile(path, cancellation);
            if (stored.Md5 == file.Hash)
            {
                return stored;
            }

            first ??= stored;
        }

        return first!;
    }

    private Sha256Digest Again(Sha256Digest digest, IReadOnlyList<string> paths)
    {
        var added = digest;
        foreach (var path in paths)
        {
            added = _store.Files.AddFile(path, CancellationToken.None).Digest;
            if (added == digest)
            {
                break;
            }
        }

        return added;
    }

    private string UuidOf(AsimovResource file, string title)
    {
        if (AsimovNames.IsHex32(file.Uuid))
        {
            return file.Uuid!;
        }

        if (Guid.TryParse(file.Uuid?.Replace("urn:uuid:", string.Empty, StringComparison.Ordinal), out var uuid))
        {
            return uuid.ToString("N");
        }

        _failures.Add($"{title} has no uuid; it got a new one");
        return AsimovNames.DerivedUuid(title);
    }

    private static bool IsLastRun(AnalysisRuns runs, List<RunResource> resources)
    {
        foreach (var run in runs.NewestFirst())
        {
            if (run.Counts)
            {
                return run.Record.Resources.Length == resources.Count && run.Record.Resources.SequenceEqual(resources);
            }
        }

        return false;
    }
}

/// <summary>
/// Finds the bytes of a manifest's files: by name, where asimov puts them since 0.4, or by uuid, where it put them before.
/// Nothing outside of the store's folder is read, whatever the manifest and its links say.
/// </summary>
/// <param name="root">The asimov store.</param>
internal sealed class AsimovFiles(string root)
{
    private readonly string _real = RealPath.Of(root);

    /// <summary>The files that may be the resource's, the likeliest first; none where a name is not a path.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="problem">Why there is none.</param>
    public IReadOnlyList<string> Find(AsimovResource resource, out string? problem)
    {
        var found = new List<string>();
        problem = null;
        if (!AsimovNames.IsSafePart(resource.Event) || !AsimovNames.IsSafePart(resource.Production))
        {
            problem = "its event or production is not a folder's name";
            return found;
        }

        foreach (var name in (ReadOnlySpan<string?>)[resource.Key, resource.Uuid])
        {
            if (name is null || !AsimovNames.IsSafePart(name))
            {
                continue;
            }

            var path = Path.Join(root, resource.Event, resource.Production, name);
            if (!FileStatReader.TryRead(path, out _))
            {
                continue;
            }

            var real = RealPath.Of(path);
            if (!real.StartsWith(_real + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                problem = $"{path} is a link that leaves the store";
            }
            else if (FileStatReader.TryRead(real, out var stat) && stat.IsRegularFile)
            {
                found.Add(real);
            }
            else
            {
                problem = $"{path} is not a file";
            }
        }

        problem = found.Count > 0 ? null : problem ?? "there is no file of its name or uuid";
        return found;
    }
}
