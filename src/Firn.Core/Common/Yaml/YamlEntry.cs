namespace Firn.Common.Yaml;

/// <summary>A key of a mapping with its value.</summary>
internal sealed record YamlEntry(YamlText Key, YamlNode Value);
