using Firn.Common;
using Firn.Storage.Layout;

namespace Firn.Storage.Records;

/// <summary>The archives of one environment.</summary>
internal sealed class EnvironmentArchives(RecordChain chain, string environmentId)
{
    public string EnvironmentId { get; } = environmentId;

    /// <summary>The records that count, the newest first: no tombstones, and none of what they take out.</summary>
    /// <exception cref="FirnException">A record is missing, damaged, or another environment's.</exception>
    public IEnumerable<ArchivedRecord> NewestFirst()
    {
        var forgotten = new HashSet<int>();
        for (var number = chain.FindLast(); number > 0; number--)
        {
            var record = ReadOne(number);
            if (record.Forgets is { } forgets)
            {
                forgotten.Add(forgets);
            }
            else if (!forgotten.Contains(number))
            {
                yield return record;
            }
        }
    }

    /// <summary>Appends a record.</summary>
    /// <param name="draft">All but its place in the chain.</param>
    /// <param name="cancellation">Stops before the record is written, never after.</param>
    public ArchivedRecord Append(ArchivedRecord draft, CancellationToken cancellation)
    {
        var written = draft;
        chain.Append(
            (number, previous) =>
            {
                written = draft with { Number = number, Previous = previous };
                return ArchivedRecordJson.Write(written);
            },
            cancellation);
        return written;
    }

    private ArchivedRecord ReadOne(int number)
    {
        var path = chain.PathOf(number);
        var entry = chain.Read(number) ?? throw StoreFailure.Damaged(chain.Folder, $"the record {number} is missing");
        var record = ArchivedRecordJson.Read(entry.Bytes, path);
        return record.Number == number && record.EnvironmentId == EnvironmentId
            ? record
            : throw StoreFailure.Damaged(path, $"it is the record of {record.EnvironmentId}@{record.Number}");
    }
}
