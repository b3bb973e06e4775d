using System.Collections.Immutable;

namespace Firn.Conda;

/// <summary>A conda environment as its <c>conda-meta</c> describes it.</summary>
internal sealed record CondaPrefix
{
    /// <summary>The prefix, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The packages sorted by name; one of each name, as conda has them.</summary>
    public required ImmutableArray<CondaPackage> Packages { get; init; }

    /// <summary>The platform of the packages, for example <c>linux-64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The specs that the user asked for over the environment's life, from <c>conda-meta/history</c>.</summary>
    public ImmutableArray<string> RequestedSpecs { get; init; } = [];

    /// <summary>The specs in <c>conda-meta/pinned</c>.</summary>
    public ImmutableArray<string> PinnedSpecs { get; init; } = [];

    /// <summary>The names of the variables in <c>conda-meta/state</c>, in its order; their values are never kept.</summary>
    public ImmutableArray<string> VariableNames { get; init; } = [];

    /// <summary>Whether <c>conda-meta/history</c> is a file: what makes a folder an environment to conda.</summary>
    public bool HasHistory { get; init; }

    /// <summary>The package of this name, or <see langword="null"/>.</summary>
    public CondaPackage? Find(string name)
    {
        foreach (var package in Packages)
        {
            if (package.Name == name)
            {
                return package;
            }
        }

        return null;
    }
}
