using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda.Locks;

/// <summary>A text spec file of conda (CEP 23): exact URLs, or match specs where <c>@EXPLICIT</c> is missing.</summary>
internal sealed record ExplicitFile
{
    /// <summary>Whether a line says <c>@EXPLICIT</c>.</summary>
    public required bool IsExplicit { get; init; }

    /// <summary>What the comment <c># platform:</c> says.</summary>
    public string? Platform { get; init; }

    /// <summary>The archives, in the order of the file; empty where it is not explicit.</summary>
    public ImmutableArray<LockedCondaPackage> Packages { get; init; } = [];

    /// <summary>The specs of a file that is not explicit, as <c>conda list --export</c> writes one.</summary>
    public ImmutableArray<MatchSpec> Specs { get; init; } = [];

    /// <summary>The packages of pip: conda-lock's comments <c># pip</c>, and the rows of <c>conda list --export</c>.</summary>
    public ImmutableArray<LockedPipPackage> PipLines { get; init; } = [];

    /// <summary>What makes the file unusable as it stands.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>What a person should know.</summary>
    public ImmutableArray<Problem> Warnings { get; init; } = [];
}
