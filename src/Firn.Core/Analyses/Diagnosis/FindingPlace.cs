using System.Collections.Immutable;

namespace Firn.Analyses.Diagnosis;

/// <summary>A file or folder that a finding is about.</summary>
/// <param name="Path">Absolute, or a URL.</param>
/// <param name="Package">The distribution or conda package that brings it, where one is known to.</param>
internal sealed record FindingPlace(string Path, string? Package)
{
    /// <summary>Who is linked with a library that no package brings, sorted.</summary>
    public ImmutableArray<string> UsedBy { get; init; } = [];
}
