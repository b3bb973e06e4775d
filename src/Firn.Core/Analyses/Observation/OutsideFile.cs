namespace Firn.Analyses.Observation;

/// <summary>
/// A module or a library that was loaded from outside the environment and the project, or from the project in place of a
/// captured one.
/// </summary>
/// <param name="Name">The module's name, or the library's file name.</param>
/// <param name="Path">Absolute.</param>
/// <param name="Shadows">
/// The captured distribution that has the same module, <c>python</c> for the standard library; <see langword="null"/>
/// where none does.
/// </param>
internal sealed record OutsideFile(string Name, string Path, string? Shadows)
{
    /// <summary>Whether it is a native library that the capture does not list, and no module.</summary>
    public bool IsLibrary { get; init; }
}
