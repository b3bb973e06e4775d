using System.Collections.Immutable;

namespace Firn.Common.Yaml;

/// <summary>The members of a mapping of YAML; one of another kind than expected counts as absent.</summary>
internal static class YamlFields
{
    /// <summary>The text as it is written, so that a version 1.10 stays one; <see langword="null"/> for nothing.</summary>
    public static string? Text(this YamlMap map, string key) =>
        map.Find(key) is YamlText { IsNull: false } text ? text.Value : null;

    public static YamlMap? Map(this YamlMap map, string key) => map.Find(key) as YamlMap;

    public static ImmutableArray<YamlNode> Items(this YamlMap map, string key) =>
        map.Find(key) is YamlList list ? list.Items : [];

    /// <summary>The texts of a list; whatever else it holds is left out.</summary>
    public static ImmutableArray<string> Texts(this YamlMap map, string key)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in map.Items(key))
        {
            if (item is YamlText { IsNull: false } text)
            {
                texts.Add(text.Value);
            }
        }

        return texts.DrainToImmutable();
    }
}
