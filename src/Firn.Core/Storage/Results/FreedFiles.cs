using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Bundles;
using Firn.Storage.Contents;
using Firn.Storage.Layout;
using Firn.Storage.Records;

namespace Firn.Storage.Results;

/// <summary>What only one run needs, and gc will remove when that is forgotten: its files, its code, its environment.</summary>
/// <param name="Count">How many files.</param>
/// <param name="Bundles">How many bundles of its environment.</param>
/// <param name="Bytes">The bytes of both, as they lie in the store.</param>
public sealed record FreedFiles(int Count, int Bundles, long Bytes)
{
    /// <summary>Counts what a run that is forgotten needed and no record of the store needs besides.</summary>
    /// <exception cref="FirnException">A record or an archive cannot be read.</exception>
    internal static FreedFiles Of(Store store, RunRecord forgotten, CancellationToken cancellation)
    {
        var needed = new ReachableObjects(store.Path);
        needed.Mark(cancellation);
        var alone = new ReachableObjects(store.Path);
        alone.MarkRecords($"{forgotten.Subject}/{forgotten.Name}", [Facts(store, forgotten)], null);
        var bytes = 0L;
        var files = 0;
        foreach (var hex in alone.Needed.Files.Keys)
        {
            if (!needed.Needed.Files.ContainsKey(hex) && FileStatReader.TryRead(store.Files.PathOf(Sha256Digest.Parse(hex)), out var stat))
            {
                files++;
                bytes += stat.Size;
            }
        }

        var bundles = 0;
        foreach (var hex in alone.Needed.Bundles.Keys)
        {
            if (!needed.Needed.Bundles.ContainsKey(hex)
                && store.Bundles.Files.Find(new BundleName(Sha256Digest.Parse(hex))) is { } path && FileStatReader.TryRead(path, out var stat))
            {
                bundles++;
                bytes += stat.Size;
            }
        }

        return new FreedFiles(files, bundles, bytes);
    }

    private static RecordSummary Facts(Store store, RunRecord record)
    {
        var path = store.Analysis(record.Subject, record.Name).PathOf(record.Number);
        try
        {
#pragma warning disable RS0030 // A record of the store, which the list of runs has named.
            return RecordSummary.Read(File.ReadAllBytes(path));
#pragma warning restore RS0030
        }
        catch (Exception exception) when (exception is FormatException || StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfReading(path, exception.Message, exception);
        }
    }
}
