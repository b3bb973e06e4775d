using Firn.Common;
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
    /// <summary>The same for the library, folders absolute.</summary>
    public IndexOptions ToOptions(Surroundings surroundings)
    {
        return new IndexOptions
        {
            IndexUrl = IndexUrl is null ? null : Absolute(IndexUrl),
            ExtraIndexUrls = [.. ExtraIndexUrls.Select(Absolute)],
            FindLinks = [.. FindLinks.Select(Absolute)],
            NoIndex = HasNoIndex,
        };

        string Absolute(string place) => place.Contains("://", StringComparison.Ordinal) || place.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            ? place
            : Path.GetFullPath(place, surroundings.CurrentDirectory);
    }
}
