using System.Collections.Immutable;

namespace Firn.Common.Yaml;

/// <summary>A value of a YAML document, with the place it stands at.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
internal abstract record YamlNode(int Line, int Column)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}

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

/// <summary>A sequence.</summary>
internal sealed record YamlList(ImmutableArray<YamlNode> Items, int Line, int Column) : YamlNode(Line, Column)
{
    public override string Kind => "a list";
}

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

/// <summary>A key of a mapping with its value.</summary>
internal sealed record YamlEntry(YamlText Key, YamlNode Value);

/// <summary>The file that a document was read from, for messages.</summary>
/// <param name="Name">As messages name it, for example <c>firn.yaml</c>.</param>
/// <param name="Guide">The page that describes the file.</param>
internal sealed record YamlSource(string Name, string Guide)
{
    /// <summary>What is wrong and where: <c>NAME:LINE:COLUMN: what</c>.</summary>
    /// <param name="at">Where.</param>
    /// <param name="what">One line without a final period.</param>
    /// <param name="hint">What to do; without it, the guide is named.</param>
    public FirnException Failure(YamlNode at, string what, string? hint = null) =>
        Failure(at.Line, at.Column, what, hint);

    public FirnException Failure(long line, long column, string what, string? hint = null, Exception? inner = null) =>
        new($"{Name}:{line}:{column}: {what}", hint ?? $"see {Guide}", innerException: inner);
}
