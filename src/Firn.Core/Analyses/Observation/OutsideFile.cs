namespace Firn.Analyses.Observation;

/// <summary>A module or a library that was loaded from outside the environment and the project.</summary>
/// <param name="Name">The module's name, or the library's file name.</param>
/// <param name="Path">Absolute.</param>
/// <param name="Shadows">The captured distribution that has the same module; <see langword="null"/> where none does.</param>
internal sealed record OutsideFile(string Name, string Path, string? Shadows);
