using Firn.Python.Indexes;

namespace Firn.Cli.Commands;

/// <summary>Where Python packages come from, as the command line says.</summary>
/// <param name="IndexUrl">The index.</param>
/// <param name="ExtraIndexUrls">Further indexes.</param>
/// <param name="FindLinks">Folders and pages with links.</param>
/// <param name="HasNoIndex">Whether no index is asked.</param>
internal sealed record IndexArguments(
    string? IndexUrl, IReadOnlyList<string> ExtraIndexUrls, IReadOnlyList<string> FindLinks, bool HasNoIndex)
{
    /// <summary>The same for the library.</summary>
    public IndexOptions ToOptions() => new()
    {
        IndexUrl = IndexUrl,
        ExtraIndexUrls = [.. ExtraIndexUrls],
        FindLinks = [.. FindLinks],
        NoIndex = HasNoIndex,
    };
}
