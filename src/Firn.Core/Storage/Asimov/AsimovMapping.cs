namespace Firn.Storage.Asimov;

/// <summary>A mapping of a manifest with its keys as text; a key that comes twice has its last value, as in PyYAML.</summary>
internal sealed class AsimovMapping : AsimovNode
{
    private readonly SortedDictionary<string, AsimovNode> _members = new(StringComparer.Ordinal);

    /// <summary>The members in ordinal order of their keys.</summary>
    public IEnumerable<KeyValuePair<string, AsimovNode>> Members => _members;

    public int Count => _members.Count;

    public AsimovNode? Find(string key) => _members.GetValueOrDefault(key);

    /// <summary>The text of a scalar member, or <see langword="null"/>.</summary>
    public string? Text(string key) => (Find(key) as AsimovScalar)?.Text;

    public void Set(string key, AsimovNode value) => _members[key] = value;

    public void Set(string key, string text) => _members[key] = new AsimovScalar(text);

    public bool Remove(string key) => _members.Remove(key);

    /// <summary>The mapping at a key; an empty one is put there where there is none.</summary>
    public AsimovMapping Enter(string key)
    {
        if (Find(key) is AsimovMapping there)
        {
            return there;
        }

        var made = new AsimovMapping();
        Set(key, made);
        return made;
    }
}
