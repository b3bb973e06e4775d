using System.Collections.Immutable;
using Firn.Storage.Bundles;

namespace Firn.Captures.Archives.Projects;

/// <summary>What goes into the bundle of an editable install's project. Contents are read when the bundle is written: dispose it after that.</summary>
internal sealed class ProjectArchive(IReadOnlyList<IDisposable> sources) : IDisposable
{
    /// <summary>
    /// Where the project lies below the bundle's root: empty, or its folder in a repository that holds more than it.
    /// </summary>
    public required string Subfolder { get; init; }

    /// <summary>The files, and a small repository where there is one, in no order.</summary>
    public required ImmutableArray<BundleMember> Members { get; init; }

    /// <summary>What a person might miss, sorted by path.</summary>
    public required ImmutableArray<LeftOutFile> LeftOut { get; init; }

    public void Dispose()
    {
        foreach (var source in sources)
        {
            source.Dispose();
        }
    }
}
