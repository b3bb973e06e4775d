namespace Firn.Creation.Inputs;

/// <summary>What is taken of locks that hold more than one environment.</summary>
internal sealed record SpecificationOptions
{
    /// <summary>Categories of a conda-lock file beside <c>main</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The store whose captures may be named by an environment id or a run; <see langword="null"/> for files alone.</summary>
    public string? Store { get; init; }
}
