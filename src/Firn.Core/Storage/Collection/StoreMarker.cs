using Firn.Common;
using Firn.Storage.Contents;

namespace Firn.Storage.Collection;

/// <summary>
/// Marks what the records of a store need. It may be asked again: then it reads the records that came since.
/// </summary>
/// <param name="store">The store's folder.</param>
internal sealed class StoreMarker(string store)
{
    private const int RecordLimit = 256 * 1024 * 1024;
    private readonly Dictionary<string, int> _read = new(StringComparer.Ordinal);
    private readonly HashSet<string> _archives = new(StringComparer.Ordinal);
    private readonly FileObjects _objects = new(store, new StoreLeases(store));
    private readonly ReadBuffer _buffer = new();

    public References Needed { get; } = new();

    /// <summary>Lost records that nobody has forgotten, as <c>SUBJECT/NAME@N</c>.</summary>
    public List<string> LostRecords { get; } = [];

    /// <summary>How many records were read.</summary>
    public int Records { get; private set; }

    /// <exception cref="FirnException">A record or an archive cannot be read: what it needs cannot be told.</exception>
    public void Mark(CancellationToken cancellation)
    {
        foreach (var chain in StoreContentsReader.ReadChains(store))
        {
            cancellation.ThrowIfCancellationRequested();
            MarkChain(chain);
        }
    }

    private void MarkChain(ChainFiles chain)
    {
        var first = _read.GetValueOrDefault(chain.Folder) + 1;
        var last = chain.LastNumber;
        var facts = new List<RecordFacts>();
        for (var number = first; number <= last; number++)
        {
            facts.Add(Read(chain, number));
        }

        if (facts.Count == 0)
        {
            return;
        }

        Records += facts.Count;
        _read[chain.Folder] = last;
        var forgotten = References.Forgotten(facts);
        foreach (var record in facts)
        {
            if (record.IsLost && !forgotten.Contains(record.Number))
            {
                LostRecords.Add($"{chain.Title}@{record.Number}");
            }
        }

        foreach (var (archive, neededBy) in Needed.AddChain(chain.Title, facts))
        {
            if (_archives.Add(archive.Hex))
            {
                MarkArchive(archive, neededBy);
            }
        }
    }

    private RecordFacts Read(ChainFiles chain, int number)
    {
        var path = Path.Join(store, chain.PathOf(number));
        var content = BoundedFile.Read(path, RecordLimit, _buffer);
        if (!content.IsComplete)
        {
            throw Unknown($"the record {number} of {chain.Title} cannot be read: {content.Reason}");
        }

        try
        {
            return RecordSeal.IsIntact(content.Bytes)
                ? RecordFacts.Read(content.Memory)
                : throw new FormatException("its bytes do not have the sum that it states");
        }
        catch (FormatException exception)
        {
            throw Unknown($"the record {number} of {chain.Title} is damaged: {exception.Message}");
        }
    }

    private void MarkArchive(Sha256Digest archive, string neededBy)
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
        }
        catch (Exception exception) when (exception is FormatException or FirnException)
        {
            throw Unknown($"the archive of {neededBy} cannot be read: {exception.Message}");
        }
    }

    private static FirnException Unknown(string what) => new(
        $"{what}; what it needs cannot be told from what nothing needs",
        "`firn store check` finds all damage and says what mends it; nothing was removed",
        ExitCodes.Different);
}
