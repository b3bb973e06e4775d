using System.Collections.Immutable;

namespace Firn.Python.Pip;

/// <summary>One entry of the output (pip: operations/freeze.py FrozenRequirement).</summary>
/// <param name="Name">The name that pip prints.</param>
/// <param name="Requirement">The requirement.</param>
/// <param name="IsEditable">Whether it is printed with <c>-e</c>.</param>
/// <param name="Comments">The lines before it.</param>
internal sealed record FrozenRequirement(
    string Name, string Requirement, bool IsEditable, ImmutableArray<string> Comments)
{
    /// <summary>The name in lower case, by which entries are sorted.</summary>
    public string SortKey { get; } = Name.ToLowerInvariant();

    /// <summary>The entry's lines, without white space at the end.</summary>
    public string Text
    {
        get
        {
            var line = IsEditable ? "-e " + Requirement : Requirement;
            var text = Comments.IsEmpty ? line : string.Concat(string.Join('\n', Comments), "\n", line);
            return PythonText.StripEnd(text).ToString();
        }
    }
}
