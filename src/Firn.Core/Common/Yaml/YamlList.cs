using System.Collections.Immutable;

namespace Firn.Common.Yaml;

/// <summary>A sequence.</summary>
internal sealed record YamlList(ImmutableArray<YamlNode> Items, int Line, int Column) : YamlNode(Line, Column)
{
    public override string Kind => "a list";
}
