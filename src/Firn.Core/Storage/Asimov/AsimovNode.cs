namespace Firn.Storage.Asimov;

/// <summary>A value in an asimov manifest, kept as text: nothing is taken for a number, a date or a truth value.</summary>
internal abstract class AsimovNode;

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

/// <summary>A sequence of a manifest: nothing asimov writes, kept for whoever did.</summary>
internal sealed class AsimovSequence : AsimovNode
{
    public List<AsimovNode> Items { get; } = [];
}

/// <summary>A scalar of a manifest.</summary>
/// <param name="text">Its text, escapes resolved.</param>
/// <param name="isPlain">Whether it stood without quotes, so that YAML may read a number or a date in it.</param>
internal sealed class AsimovScalar(string text, bool isPlain = false) : AsimovNode
{
    public string Text { get; } = text;

    public bool IsPlain { get; } = isPlain;

    /// <summary>Whether YAML reads it as null: <c>events:</c> of an empty store that a person wrote.</summary>
    public bool IsNull => IsPlain && Text is ("" or "~" or "null" or "Null" or "NULL");
}
