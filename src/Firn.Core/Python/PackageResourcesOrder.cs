namespace Firn.Python;

/// <summary>
/// The order in which pkg_resources looked at file names before setuptools 67.5: each part between dashes is a
/// version, and the highest comes first (pip until 23.0: _vendor/pkg_resources, _by_version_descending).
/// </summary>
internal static class PackageResourcesOrder
{
    /// <summary>Sorts the names; those that are equal keep their order.</summary>
    public static void SortDescending(List<MetadataName> names)
    {
        var keyed = new List<KeyedName>(names.Count);
        foreach (var name in names)
        {
            keyed.Add(new KeyedName(KeyOf(name.Name), keyed.Count, name));
        }

        keyed.Sort(static (left, right) =>
        {
            var order = Compare(right.Key, left.Key);
            return order != 0 ? order : left.Place.CompareTo(right.Place);
        });
        for (var i = 0; i < names.Count; i++)
        {
            names[i] = keyed[i].Name;
        }
    }

    private static LegacyVersion[] KeyOf(string fileName)
    {
        var (stem, extension) = PythonText.SplitExtension(fileName);
        var parts = stem.Split('-');
        var key = new LegacyVersion[parts.Length + 1];
        for (var i = 0; i < parts.Length; i++)
        {
            key[i] = LegacyVersion.Parse(parts[i]);
        }

        key[^1] = LegacyVersion.Parse(extension);
        return key;
    }

    private static int Compare(LegacyVersion[] left, LegacyVersion[] right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = left[i].CompareTo(right[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private sealed record KeyedName(LegacyVersion[] Key, int Place, MetadataName Name);
}
