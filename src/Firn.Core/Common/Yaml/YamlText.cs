namespace Firn.Common.Yaml;

/// <summary>A scalar as it is written; only the reader of a key decides what it means.</summary>
/// <param name="Value">The text, quotes and escapes resolved.</param>
/// <param name="IsPlain">Whether it stands without quotes, so that it may be a number, true, false or null.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
internal sealed record YamlText(string Value, bool IsPlain, int Line, int Column) : YamlNode(Line, Column)
{
    /// <summary>Whether it is null as YAML 1.2's core schema has it.</summary>
    public bool IsNull => IsPlain && Value is ("" or "~" or "null" or "Null" or "NULL");

    public override string Kind => IsNull ? "nothing" : "text";
}
