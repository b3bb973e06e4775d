using System.Collections.Immutable;

namespace Firn.Common.Yaml;

/// <summary>A mapping; its keys are text, each is there once, and they keep the order of the file.</summary>
internal sealed record YamlMap(ImmutableArray<YamlEntry> Entries, int Line, int Column) : YamlNode(Line, Column)
{
    public override string Kind => "a mapping";

    /// <summary>The value of a key; <see langword="null"/> where there is none.</summary>
    public YamlNode? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Value == key)
            {
                return entry.Value;
            }
        }

        return null;
    }
}
