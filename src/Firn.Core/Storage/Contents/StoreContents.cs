using Firn.Common.Files;
using Firn.Storage.Layout;

namespace Firn.Storage.Contents;

/// <summary>Everything that lies in a store's folder, by its names and sizes; no file has been opened.</summary>
internal sealed class StoreContents
{
    /// <summary>The objects of <c>files</c> by their digits.</summary>
    public Dictionary<string, ContentFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Bundles by their digits, and bytecode by digits, dot and tag.</summary>
    public Dictionary<string, BundleContents> Bundles { get; } = new(StringComparer.Ordinal);

    public List<ChainFiles> Chains { get; } = [];

    /// <summary>The documents that say which bundle was made from which archive.</summary>
    public List<ContentFile> Sources { get; } = [];

    /// <summary>What lies in <c>tmp</c>, below folders too.</summary>
    public List<ContentFile> Temporaries { get; } = [];

    /// <summary>How many files were put into quarantine.</summary>
    public int QuarantinedFiles { get; set; }

    public List<StrayEntry> Strays { get; } = [];
}

/// <summary>A file in a store.</summary>
/// <param name="Path">Relative to the store, with <c>/</c>.</param>
/// <param name="Stat">What the file system says of it.</param>
internal sealed record ContentFile(string Path, FileStat Stat)
{
    /// <summary>Where it belongs: its path, or where a collection has taken it from.</summary>
    public string Place => CollectedFolder.OriginOf(Path) ?? Path;

    /// <summary>When it was last written or refreshed.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(
        (Stat.ModifiedSeconds * 1000) + (Stat.ModifiedNanoseconds / 1_000_000));
}

/// <summary>The files of one bundle, or of the bytecode of one, as they lie in a store.</summary>
/// <param name="hex">The id of the bundle.</param>
/// <param name="tag">For bytecode its cache tag.</param>
internal sealed class BundleContents(string hex, string? tag)
{
    public string Hex { get; } = hex;

    public string? Tag { get; } = tag;

    /// <summary>Relative to the store and without extension.</summary>
    public string Stem => $"{StoreLayout.Bundles}/sha256/{Hex[..2]}/{Hex}{(Tag is null ? string.Empty : "." + Tag)}";

    public ContentFile? Index { get; set; }

    /// <summary>The archive; of two, of which one is enough, the zstd one.</summary>
    public ContentFile? Archive { get; set; }

    public bool IsWhole => Index is not null && Archive is not null;

    /// <summary>The files that are there.</summary>
    public IEnumerable<ContentFile> Files
    {
        get
        {
            if (Archive is not null)
            {
                yield return Archive;
            }

            if (Index is not null)
            {
                yield return Index;
            }
        }
    }
}

/// <summary>The records of an analysis or of an environment, as their files lie in a store.</summary>
/// <param name="folder">Relative to the store.</param>
internal sealed class ChainFiles(string folder)
{
    public string Folder { get; } = folder;

    /// <summary>The analysis' subject; <see langword="null"/> for an environment.</summary>
    public string? Subject { get; init; }

    /// <summary>The analysis' name.</summary>
    public string? Name { get; init; }

    /// <summary>The environment id; <see langword="null"/> for an analysis.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>The records by number.</summary>
    public SortedDictionary<int, ContentFile> Records { get; } = [];

    public ContentFile? Hint { get; set; }

    /// <summary>What messages call it: <c>SUBJECT/NAME</c> or the environment id.</summary>
    public string Title => EnvironmentId ?? $"{Subject}/{Name}";

    public int LastNumber
    {
        get
        {
            var last = 0;
            foreach (var number in Records.Keys)
            {
                last = number;
            }

            return last;
        }
    }

    /// <summary>The file of a record, relative to the store.</summary>
    public string PathOf(int number) => $"{Folder}/{StoreLayout.RecordName(number)}";
}

/// <summary>An entry of a store's folder that belongs to nothing.</summary>
/// <param name="Path">Relative to the store.</param>
/// <param name="Kind">Why.</param>
internal sealed record StrayEntry(string Path, StrayKind Kind)
{
    /// <summary>The kind of an entry that belongs to nothing, as its folder tells it.</summary>
    public static StrayKind KindOf(DirectoryEntry entry) =>
        entry.Kind == DirectoryEntryKind.Link ? StrayKind.Link : StrayKind.Foreign;
}

/// <summary>Why an entry of a store's folder belongs to nothing.</summary>
internal enum StrayKind
{
    /// <summary>Nothing that Firn writes.</summary>
    Foreign,

    /// <summary>An object in the folder of other digests, or under another name than its own.</summary>
    Misplaced,

    /// <summary>A record under a name that is not a record's, such as <c>1.json</c> or <c>0000001.json</c>.</summary>
    OddRecord,

    /// <summary>A link, at whatever place: nothing in a store is reached through one.</summary>
    Link,

    /// <summary>The folder cannot be listed.</summary>
    Unreadable,
}
