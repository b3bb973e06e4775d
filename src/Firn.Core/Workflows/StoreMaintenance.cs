using System.Collections.Immutable;
using System.Globalization;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Asimov;
using Firn.Storage.Checks;
using Firn.Storage.Collection;
using Firn.Storage.Contents;
using Firn.Storage.Layout;
using Firn.Storage.Records;
using Firn.Storage.Repairs;

namespace Firn.Workflows;

/// <summary>A store that was made, or was there.</summary>
/// <param name="Path">Its folder, absolute.</param>
/// <param name="Id">A UUID, which tells two stores apart wherever they are mounted.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Created">When it was made.</param>
/// <param name="WasThere">Whether it was there already.</param>
public sealed record MadeStore(string Path, string Id, string Name, DateTimeOffset Created, bool WasThere);

/// <summary>An archive of an environment that was forgotten.</summary>
/// <param name="EnvironmentId">The environment.</param>
/// <param name="Number">Which of its archives, from 1 on.</param>
/// <param name="Prefix">The prefix that was archived, absolute.</param>
public sealed record ForgottenArchive(string EnvironmentId, int Number, string Prefix);

/// <summary>
/// Makes a store and looks after it: checks, mends and collects it, says how much it keeps, and exchanges results with
/// stores of asimov's. Any number of writers may work in it meanwhile.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
/// <param name="selection">Which store; <see langword="null"/> for the one that a command without options takes.</param>
public sealed class StoreMaintenance(SystemContext systemContext, StoreSelection? selection = null)
{
    private readonly StoreSelection _selection = selection ?? new StoreSelection();

    /// <summary>Makes the store where there is none.</summary>
    /// <param name="name">A name for people; <see langword="null"/> for the folder's.</param>
    /// <exception cref="FirnException">
    /// It cannot be made, the folder holds something else, or a store of another name is there.
    /// </exception>
    public MadeStore Init(string? name = null)
    {
        var path = Locate();
        var wasThere = File.Exists(Path.Join(path, StoreLayout.Description));
        var description = TrustedStores.OpenOrCreate(path, systemContext, TimeProvider.System, name).Description;
        return name is null || description.Name == name
            ? new MadeStore(path, description.Id, description.Name, description.Created, wasThere)
            : throw new FirnException(
                $"the store at {path} is there already and is named '{description.Name}'", "a store keeps its name; take another folder");
    }

    /// <summary>Finds damage, and changes nothing: names, modes, records and all that they need.</summary>
    /// <param name="readsData">Whether every byte is read and compared with its digest as well.</param>
    /// <param name="observer">Is told how far the reading is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">There is no store. Damage is a finding, and no failure.</exception>
    public CheckReport Check(bool readsData = false, IWorkObserver? observer = null, CancellationToken cancellation = default) =>
        StoreChecker.Check(Locate(), Options(readsData, observer), cancellation);

    /// <summary>Checks every byte, mends what can be mended, and moves what cannot be to <c>quarantine</c>.</summary>
    /// <param name="isDryRun">Whether to say what would be done, and do nothing.</param>
    /// <param name="observer">Is told how far the reading is.</param>
    /// <param name="cancellation">Ends it between two findings.</param>
    /// <exception cref="FirnException">There is no store, or it cannot be written to.</exception>
    public RepairReport Repair(bool isDryRun = false, IWorkObserver? observer = null, CancellationToken cancellation = default) =>
        StoreRepairer.Repair(
            Locate(), new RepairOptions { IsDryRun = isDryRun, Check = Options(readsData: true, observer) }, cancellation);

    /// <summary>Removes files and bundles that no run and no archive needs, and what killed processes left.</summary>
    /// <param name="options">How; <see langword="null"/> for a grace period of 14 days.</param>
    /// <param name="cancellation">Ends it; what was moved away is put back.</param>
    /// <exception cref="FirnException">There is no store, it cannot be written to, or a record is damaged.</exception>
    public CollectionReport Collect(CollectionOptions? options = null, CancellationToken cancellation = default) =>
        StoreCollector.Collect(Locate(), options ?? new CollectionOptions(), cancellation);

    /// <summary>Says how much the store keeps, and how much of it environments share. No data are read.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">There is no store, or a record is damaged.</exception>
    public StoreStatistics ReadStatistics(CancellationToken cancellation = default) => StatisticsReader.Read(Locate(), cancellation);

    /// <summary>Takes archives of an environment out, so that <see cref="Collect"/> frees what nothing else needs.</summary>
    /// <param name="environment">Its id, or at least eight of its digits; <c>@N</c> behind it names one archive.</param>
    /// <param name="cancellation">Ends it between two archives.</param>
    /// <returns>What was forgotten, the newest first.</returns>
    /// <exception cref="FirnException">There is no store or no such archive, or all are forgotten already.</exception>
    public ImmutableArray<ForgottenArchive> Forget(string environment, CancellationToken cancellation = default)
    {
        var store = Store.Open(Locate());
        var (name, number) = Split(environment);
        var id = new StoreListing(store).FindEnvironment(name) ?? throw new FirnException(
            $"the store {store.Path} has no archive of '{name}'", "give an environment id, as in environment.json");
        var archives = store.Archives(id);
        var records = archives.NewestFirst().Where(record => number is null || record.Number == number).ToList();
        if (records.Count == 0)
        {
            throw new FirnException(
                number is null ? $"every archive of {id} is forgotten already" : $"{id} has no archive {number} that is not forgotten",
                "nothing is left to forget");
        }

        var forgotten = ImmutableArray.CreateBuilder<ForgottenArchive>(records.Count);
        foreach (var record in records)
        {
            archives.Append(ArchivedRecord.Forgetting(record, TimeProvider.System.GetUtcNow()), cancellation);
            forgotten.Add(new ForgottenArchive(id, record.Number, record.Prefix ?? string.Empty));
        }

        return forgotten.MoveToImmutable();
    }

    /// <summary>Writes results as a store that asimov opens: of each file the last successful run's.</summary>
    /// <param name="folder">An earlier export, a store of asimov's, an empty folder, or nothing yet.</param>
    /// <param name="cancellation">Ends it; a new export is not there then, an old one is whole.</param>
    /// <exception cref="FirnException">There is no store, or the folder holds something else or cannot be written to.</exception>
    public AsimovReport ExportAsimov(string folder, CancellationToken cancellation = default) =>
        AsimovExporter.Export(Store.Open(Locate()), FullPath(folder), cancellation);

    /// <summary>
    /// Takes over a store that asimov wrote, old layouts too: one run for each production. The store is made where there is
    /// none.
    /// </summary>
    /// <param name="folder">asimov's store, which holds <c>.manifest</c>.</param>
    /// <param name="cancellation">Ends it; productions that are in stay.</param>
    /// <exception cref="FirnException">It is not a store of asimov's, or this one cannot be written to.</exception>
    public AsimovReport ImportAsimov(string folder, CancellationToken cancellation = default)
    {
        var source = FullPath(folder);
        // A wrong folder makes no store.
        _ = AsimovManifest.Load(source);
        return AsimovImporter.Import(
            TrustedStores.OpenOrCreate(Locate(), systemContext, TimeProvider.System), source, TimeProvider.System, cancellation);
    }

    private static CheckOptions Options(bool readsData, IWorkObserver? observer) => new()
    {
        ReadData = readsData,
        Begin = progress => observer?.Begin(
            WorkStep.Checking,
            new WorkCounts(progress.TotalFiles, progress.TotalBytes),
            () => new WorkCounts(progress.Files, progress.Bytes)),
    };

    private static (string Name, int? Number) Split(string text)
    {
        var at = text.LastIndexOf('@');
        if (at < 0)
        {
            return (text, null);
        }

        return int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (text[..at], number)
            : throw new FirnException($"'{text[(at + 1)..]}' is not an archive number", "give ENVIRONMENT@N", FailureKind.InvalidRequest);
    }

    private string Locate() => _selection.Locate(systemContext);

    private string FullPath(string folder) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder, systemContext.CurrentDirectory));
}
