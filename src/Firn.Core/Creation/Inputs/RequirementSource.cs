namespace Firn.Creation.Inputs;

/// <summary>Requirements as a solver reads them.</summary>
/// <param name="Name">What the user calls them.</param>
/// <param name="Path">The requirement file, absolute; <see langword="null"/> where <paramref name="Text"/> is all there is.</param>
/// <param name="Text">The lines, as they stand; never shown, since they may hold credentials.</param>
/// <param name="Folder">The folder that paths in them are relative to.</param>
internal sealed record RequirementSource(string Name, string? Path, string? Text, string Folder)
{
    /// <summary>Never the lines.</summary>
    public override string ToString() => Name;
}
