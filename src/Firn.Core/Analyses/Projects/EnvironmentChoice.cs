namespace Firn.Analyses.Projects;

/// <summary>Which environment <c>firn.yaml</c> asks for, on this platform.</summary>
/// <param name="Kind">How <paramref name="Value"/> is to be read.</param>
/// <param name="Value">A path (relative to the project's folder or absolute), a name, or a store reference.</param>
internal sealed record EnvironmentChoice(EnvironmentChoiceKind Kind, string Value);
