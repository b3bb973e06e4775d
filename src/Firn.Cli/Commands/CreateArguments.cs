namespace Firn.Cli.Commands;

/// <summary>The arguments of <c>firn create</c>.</summary>
internal sealed record CreateArguments
{
    /// <summary>The locks and specs, as the user names them.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Where to; <see langword="null"/> where <see cref="Name"/> says so.</summary>
    public string? Prefix { get; init; }

    /// <summary>The name of a conda environment.</summary>
    public string? Name { get; init; }

    /// <summary>The store's folder, absolute.</summary>
    public required string Store { get; init; }

    /// <summary>A version or an executable.</summary>
    public string? Python { get; init; }

    public required IndexArguments Index { get; init; }

    /// <summary>Categories of a conda-lock file, beside <c>main</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Extras of a <c>pylock.toml</c>.</summary>
    public IReadOnlyList<string> Extras { get; init; } = [];

    /// <summary>Dependency groups of a <c>pylock.toml</c>, in place of its default ones.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    public bool IsOffline { get; init; }

    public bool Links { get; init; }

    public bool Compiles { get; init; }

    public bool Updates { get; init; }

    /// <summary>Whether a virtual environment gets no pip of its own.</summary>
    public bool WithoutPip { get; init; }

    /// <summary>What is done with link scripts of conda packages.</summary>
    public LinkScriptsChoice LinkScripts { get; init; }

    public bool IsDryRun { get; init; }

    public bool AsJson { get; init; }
}
