using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Storage.Results;

/// <summary>What only one run needs, and gc will remove when that is forgotten.</summary>
/// <param name="Count">The files.</param>
/// <param name="Bytes">Their bytes.</param>
internal sealed record FreedFiles(int Count, long Bytes)
{
    /// <summary>Counts the files of a run that is forgotten and that no run of the store has besides.</summary>
    /// <exception cref="FirnException">A record cannot be read.</exception>
    public static FreedFiles Of(Store store, RunRecord forgotten)
    {
        var alone = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var resource in forgotten.Resources)
        {
            alone[resource.Digest.Hex] = resource.Size;
        }

        foreach (var runs in new StoreListing(store).Analyses())
        {
            foreach (var run in runs.NewestFirst())
            {
                if (run.Counts && !IsSame(run.Record, forgotten))
                {
                    Remove(alone, run.Record);
                }
            }
        }

        return new FreedFiles(alone.Count, alone.Values.Sum());
    }

    private static bool IsSame(RunRecord record, RunRecord other) =>
        record.Number == other.Number && record.Subject == other.Subject && record.Name == other.Name;

    private static void Remove(Dictionary<string, long> alone, RunRecord record)
    {
        foreach (var resource in record.Resources)
        {
            alone.Remove(resource.Digest.Hex);
        }
    }
}
