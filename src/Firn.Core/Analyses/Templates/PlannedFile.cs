namespace Firn.Analyses.Templates;

/// <summary>A file that <c>firn init</c> writes.</summary>
/// <param name="Path">Relative to the project's folder, with <c>/</c> between its parts.</param>
/// <param name="Old">What is there; <see langword="null"/> for nothing.</param>
/// <param name="New">What will be there.</param>
internal sealed record PlannedFile(string Path, string? Old, string New)
{
    public bool IsChange => Old is not null && Old != New;

    public bool IsNew => Old is null;
}
