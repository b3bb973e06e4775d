namespace Firn.Storage.Contents;

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

    /// <summary>The chain itself, to append to.</summary>
    public RecordChain Open(Store store) =>
        EnvironmentId is { } id ? store.Environment(id) : store.Analysis(Subject!, Name!);

    /// <summary>The file of a record, relative to the store.</summary>
    public string PathOf(int number) => $"{Folder}/{StoreLayout.RecordName(number)}";
}
