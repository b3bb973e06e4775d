using System.Collections.Immutable;

namespace Firn.Analyses.Projects;

/// <summary>Which environment <c>firn.yaml</c> asks for, on this platform.</summary>
/// <param name="Kind">How <paramref name="Value"/> is to be read.</param>
/// <param name="Value">A path (relative to the project's folder or absolute; of locks where it is made), a name, or a store reference.</param>
internal sealed record EnvironmentChoice(EnvironmentChoiceKind Kind, string Value)
{
    /// <summary>Where an environment of locks is made, unless the file says otherwise.</summary>
    public const string MadePrefix = ".firn/environment";

    /// <summary>The locks and specs that it is made from, relative to the project's folder or absolute.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Of one that is made: the Python under it, a version or an executable.</summary>
    public string? Python { get; init; }
}
