using System.Collections.Immutable;
using Firn.Captures.Archives;
using Firn.Common;

namespace Firn.Creation.Ingestion;

/// <summary>A package whose bundle is in the store.</summary>
/// <param name="Package">What an archive document says of it.</param>
/// <param name="Texts">The scripts of a conda package's entry points.</param>
/// <param name="WasThere">Whether the store had it before, so that nothing was downloaded.</param>
internal sealed record IngestedPackage(ArchivedPackage Package, ImmutableArray<ArchivedText> Texts, bool WasThere)
{
    /// <summary>Scripts that the package wants run when it is linked.</summary>
    public ImmutableArray<string> LinkScripts { get; init; } = [];

    /// <summary>What a conda package depends on, where its lock did not say it.</summary>
    public ImmutableArray<string> Depends { get; init; } = [];

    /// <summary>The versions of Python that a wheel takes, as its metadata says.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Which file asked for it, where it is a wheel.</summary>
    public string? Origin { get; init; }

    /// <summary>What is wrong with it and stops nothing.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}
