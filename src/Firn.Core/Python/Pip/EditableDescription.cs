using System.Collections.Immutable;

namespace Firn.Python.Pip;

/// <summary>What pip says of an editable project.</summary>
/// <param name="Requirement">What stands behind <c>-e</c>; <see langword="null"/> for the name and version.</param>
/// <param name="IsEditable">Whether it is printed with <c>-e</c> at all.</param>
/// <param name="Comments">The lines before it.</param>
internal sealed record EditableDescription(string? Requirement, bool IsEditable, ImmutableArray<string> Comments);
