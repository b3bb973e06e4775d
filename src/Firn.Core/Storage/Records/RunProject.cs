namespace Firn.Storage.Records;

/// <summary>
/// The project of a run, so that projects which call an analysis by the same name in one store are told apart. It is the
/// same one where the folder is, or the repository: a project may be moved, and cloned.
/// </summary>
/// <param name="Folder">Its folder, absolute, links followed.</param>
/// <param name="Repository">
/// The remote's URL without credentials, a space, and the folder within the work tree; <see langword="null"/> without a remote.
/// </param>
internal sealed record RunProject(string Folder, string? Repository)
{
    /// <summary>Whether a record is of this project, or of none that is known.</summary>
    public bool Includes(RunRecord record) =>
        record.Project is not { } other || other.Folder == Folder || (Repository is not null && other.Repository == Repository);
}
