using Firn.Common.Json;

namespace Firn.Captures.Documents;

/// <summary>The words of docs/formats/environment.md, in the order of the enumerations' members.</summary>
internal static class DocumentWords
{
    /// <summary>Of <see cref="Firn.Python.EnvironmentLayerKind"/>.</summary>
    public static readonly EnumWords Layers =
        new("plain", "virtual-environment", "conda", "pixi", "pyenv", "uv-managed", "system");

    /// <summary>Of <see cref="Firn.Python.SearchPathKind"/>.</summary>
    public static readonly EnumWords SearchPaths =
        new("python-path", "standard-library", "user-site", "site", "base-site", "pth-file");

    /// <summary>Of <see cref="Firn.Python.PathStyle"/>.</summary>
    public static readonly EnumWords PathStyles = new("posix", "windows");

    /// <summary>Of <see cref="Firn.Python.Distributions.DistributionOwner"/>.</summary>
    public static readonly EnumWords Owners = new("unknown", "pip", "uv", "poetry", "conda", "system", "other");
}

/// <summary>
/// The words that documents have for the members of an enumeration whose values are 0, 1, 2, ... No reflection, and no
/// generic code that would be compiled at run time.
/// </summary>
internal sealed class EnumWords(params string[] words)
{
    /// <summary>The word of the member with this value.</summary>
    public string Word(int value) => words[value];

    /// <summary>The member that the word stands for; 0 where it is unknown, so that a newer document reads.</summary>
    public int Value(string? word) => Math.Max(Array.IndexOf(words, word), 0);

    /// <summary>The member of a document that has the word.</summary>
    public int Member(JsonMembers json, string name, int? value) => Value(json.Text(name, value is { } known ? Word(known) : null));
}
