using Firn.Storage.Records;

namespace Firn.Cli.Commands;

/// <summary>What <c>firn export</c> takes for runs of a store.</summary>
/// <param name="Folder">Where a crate goes.</param>
/// <param name="License">An SPDX id or a URL.</param>
/// <param name="Author">Who ran it.</param>
/// <param name="Store">The store's folder, absolute.</param>
/// <param name="Project">Finds the project whose runs are meant.</param>
internal sealed record RunExportArguments(
    string? Folder, string? License, string? Author, string Store, Func<RunProject?> Project)
{
    /// <summary>Whether an option is given that only runs take.</summary>
    public bool IsGiven => Folder is not null || License is not null || Author is not null;
}
