using Firn.Common;
using Firn.Projects;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Workflows;

/// <summary>A store, and whose runs in it are meant.</summary>
public sealed record StoreSelection
{
    /// <summary>The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's, else the user's own.</summary>
    public string? Store { get; init; }

    /// <summary>
    /// The project's folder, which holds <c>firn.yaml</c>; <see langword="null"/> for the current folder or the nearest
    /// above that holds one, if any does.
    /// </summary>
    public string? Project { get; init; }

    /// <summary>Whether runs of all projects are meant, and not only those of the project and of none.</summary>
    public bool IsOfAllProjects { get; init; }

    /// <summary>The store's folder, absolute. It need not exist.</summary>
    /// <param name="systemContext">Variables, home and current folder.</param>
    /// <exception cref="FirnException">
    /// The project is named and has no <c>firn.yaml</c>, or one that cannot be read; or nothing says where the user's own is.
    /// </exception>
    public string Locate(SystemContext systemContext) => ProjectStore.LocateAnywhere(Store, Project, systemContext);

    /// <summary>Opens the store as the project sees it.</summary>
    internal Store Open(SystemContext systemContext) => Storage.Store.Open(Locate(systemContext)).InProject(RunProject(systemContext));

    /// <summary>The project whose runs are meant, and that new ones belong to; <see langword="null"/> for those of all.</summary>
    internal RunProject? RunProject(SystemContext systemContext) =>
        IsOfAllProjects ? null : ProjectIdentity.Find(Project, systemContext);

    /// <summary>What the <c>firn.yaml</c> of the project says but for its analyses; <see langword="null"/> where there is none.</summary>
    internal Project? Settings(SystemContext systemContext) =>
        ProjectLocator.Find(Project, systemContext) is { } folder ? ProjectReader.ReadSettings(folder) : null;
}
