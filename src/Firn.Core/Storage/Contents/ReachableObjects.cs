using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Layout;
using Firn.Storage.Objects;
using Firn.Storage.Records;

namespace Firn.Storage.Contents;

/// <summary>
/// Marks what the records of a store need. It may be asked again: then it reads the records that came since.
/// </summary>
/// <param name="store">The store's folder.</param>
internal sealed class ReachableObjects(string store)
{
    private readonly Dictionary<string, int> _read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _archives = new(StringComparer.Ordinal);
    private readonly FileObjects _objects = new(store, new StoreLeases(store));
    private readonly ReusableBuffer _buffer = new();

    public References Needed { get; } = new();

    /// <summary>Records that were lost, as <c>SUBJECT/NAME@N</c>.</summary>
    public List<string> LostRecords { get; } = [];

    /// <summary>How many analyses have records.</summary>
    public int Analyses { get; private set; }

    /// <summary>How many of the records read are runs that are not forgotten.</summary>
    public int Runs { get; private set; }

    /// <summary>Archived environments that are not forgotten, with the digits of all bundles of their archives.</summary>
    public Dictionary<string, HashSet<string>> Environments { get; } = new(StringComparer.Ordinal);

    /// <exception cref="FirnException">A record or an archive cannot be read: what it needs cannot be told.</exception>
    public void Mark(CancellationToken cancellation)
    {
        var strays = new List<StrayEntry>();
        var chains = StoreContentsReader.ReadChains(store, strays);
        foreach (var stray in strays)
        {
            if (stray.Kind is StrayKind.Unreadable or StrayKind.Link)
            {
                throw Unknown(stray.Kind == StrayKind.Link ? $"{stray.Path} is a link" : $"{stray.Path} cannot be read");
            }
        }

        foreach (var chain in chains)
        {
            cancellation.ThrowIfCancellationRequested();
            MarkChain(chain);
        }
    }

    private void MarkChain(ChainFiles chain)
    {
        var first = _read.GetValueOrDefault(chain.Folder) + 1;
        var last = chain.LastNumber;
        var facts = new List<RecordSummary>();
        for (var number = first; number <= last; number++)
        {
            facts.Add(Read(chain, number));
        }

        if (ChainLock.FindLost(Path.Join(store, chain.Folder), last) is > 0 and var lost)
        {
            throw Unknown($"the record {lost} of {chain.Title} is missing");
        }

        if (facts.Count == 0)
        {
            return;
        }

        Count(chain, facts, isNew: first == 1);
        _read[chain.Folder] = last;
        MarkRecords(chain.Title, facts, chain.EnvironmentId);
    }

    /// <summary>Marks what records of one chain need.</summary>
    /// <exception cref="FirnException">An archive cannot be read.</exception>
    public void MarkRecords(string title, IReadOnlyList<RecordSummary> facts, string? environmentId)
    {
        foreach (var (archive, neededBy) in Needed.AddChain(title, facts))
        {
            if (!_archives.TryGetValue(archive.Hex, out var bundles))
            {
                bundles = MarkArchive(archive, neededBy);
                _archives.Add(archive.Hex, bundles);
            }

            if (environmentId is not null)
            {
                Environments.TryAdd(environmentId, new HashSet<string>(StringComparer.Ordinal));
                Environments[environmentId].UnionWith(bundles);
            }
        }
    }

    private void Count(ChainFiles chain, List<RecordSummary> facts, bool isNew)
    {
        var forgotten = References.Forgotten(facts);
        Analyses += isNew && chain.EnvironmentId is null ? 1 : 0;
        foreach (var record in facts)
        {
            Runs += chain.EnvironmentId is null && record.Forgets == 0 && !forgotten.Contains(record.Number) ? 1 : 0;
            if (record.IsLost)
            {
                LostRecords.Add($"{chain.Title}@{record.Number}");
            }
        }
    }

    private RecordSummary Read(ChainFiles chain, int number)
    {
        var path = Path.Join(store, chain.PathOf(number));
        var content = BoundedFile.Read(path, RecordChain.Limit, _buffer);
        if (!content.IsComplete)
        {
            throw Unknown($"the record {number} of {chain.Title} cannot be read: {content.Reason}");
        }

        try
        {
            return RecordChecksum.IsIntact(content.Bytes)
                ? RecordSummary.Read(content.Memory)
                : throw new FormatException("its bytes do not have the sum that it states");
        }
        catch (FormatException exception)
        {
            throw Unknown($"the record {number} of {chain.Title} is damaged: {exception.Message}");
        }
    }

    private List<string> MarkArchive(Sha256Digest archive, string neededBy)
    {
        try
        {
            var needs = ArchiveReferences.Read(_objects.Read(archive, ArchiveReferences.Limit));
            foreach (var bundle in needs.Bundles)
            {
                Needed.AddBundle(bundle, neededBy);
            }

            foreach (var file in needs.Objects)
            {
                Needed.AddFile(file, $"{neededBy} (archive)");
            }

            return [.. needs.Bundles.Select(bundle => bundle.Hex)];
        }
        catch (Exception exception) when (exception is FormatException or FirnException)
        {
            throw Unknown($"the archive of {neededBy} cannot be read: {exception.Message}");
        }
    }

    private static FirnException Unknown(string what) => new(
        $"{what}; what it needs cannot be told from what nothing needs",
        "`firn store check` finds all damage and says what mends it; nothing was removed",
        FailureKind.Different);
}
