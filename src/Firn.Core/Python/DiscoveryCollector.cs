namespace Firn.Python;

/// <summary>Gathers what is found; of two distributions with the same key the first one counts.</summary>
internal sealed class DiscoveryCollector
{
    private readonly Dictionary<string, InstalledMetadata> _byKey = new(StringComparer.Ordinal);
    private readonly List<InstalledMetadata> _found = [];
    private readonly List<ShadowedMetadata> _shadowed = [];

    /// <summary>Adds a distribution under its key.</summary>
    public void Add(string key, InstalledMetadata metadata)
    {
        if (_byKey.TryAdd(key, metadata))
        {
            _found.Add(metadata);
        }
        else
        {
            _shadowed.Add(new ShadowedMetadata(metadata, _byKey[key]));
        }
    }

    /// <summary>Adds a distribution that hides nothing and that nothing hides.</summary>
    public void AddAlways(InstalledMetadata metadata) => _found.Add(metadata);

    public DiscoveryResult ToResult() => new(_found, _shadowed);
}
