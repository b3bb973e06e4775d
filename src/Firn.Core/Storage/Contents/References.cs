using Firn.Common;

namespace Firn.Storage.Contents;

/// <summary>All objects that records need, with who needs them: the marks of a collection.</summary>
internal sealed class References
{
    /// <summary>Objects of <c>files</c>, by their digits.</summary>
    public Dictionary<string, Reference> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Bundles, by their digits.</summary>
    public Dictionary<string, Reference> Bundles { get; } = new(StringComparer.Ordinal);

    public void AddFile(Sha256Digest digest, string neededBy, long? size = null)
    {
        if (!Files.TryGetValue(digest.Hex, out var known) || (known.Size is null && size is not null))
        {
            Files[digest.Hex] = new Reference(neededBy, size);
        }
    }

    public void AddBundle(Sha256Digest digest, string neededBy) =>
        Bundles.TryAdd(digest.Hex, new Reference(neededBy, null));

    /// <summary>Adds what the records of a chain need, those that a later one forgets left out.</summary>
    /// <returns>The archive documents among it, whose own needs are still to be added.</returns>
    public IEnumerable<(Sha256Digest Archive, string NeededBy)> AddChain(string title, IReadOnlyList<RecordSummary> records)
    {
        var archives = new List<(Sha256Digest Archive, string NeededBy)>();
        var forgotten = Forgotten(records);
        foreach (var record in records)
        {
            if (forgotten.Contains(record.Number))
            {
                continue;
            }

            var by = $"{title}@{record.Number}";
            foreach (var resource in record.Resources)
            {
                AddFile(resource.Digest, $"{by} ({resource.Name})", resource.Size);
            }

            foreach (var capture in record.Captures)
            {
                AddFile(capture, $"{by} (capture)");
            }

            foreach (var archive in record.Archives)
            {
                AddFile(archive, $"{by} (archive)");
                archives.Add((archive, by));
            }
        }

        return archives;
    }

    /// <summary>The numbers that a later tombstone forgets.</summary>
    public static HashSet<int> Forgotten(IReadOnlyList<RecordSummary> records)
    {
        var forgotten = new HashSet<int>();
        foreach (var record in records)
        {
            if (record.Forgets > 0 && record.Forgets < record.Number)
            {
                forgotten.Add(record.Forgets);
            }
        }

        return forgotten;
    }
}

/// <summary>Who needs an object.</summary>
/// <param name="NeededBy">The first that names it, for example <c>GW150914/Prod0@3 (posterior.h5)</c>.</param>
/// <param name="Size">How long it must be, where that is recorded.</param>
internal sealed record Reference(string NeededBy, long? Size);
