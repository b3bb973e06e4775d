using Firn.Python.Indexes;

namespace Firn.Creation.Planning;

/// <summary>How a specification becomes a plan.</summary>
internal sealed record PlanOptions
{
    /// <summary>A version or an executable, as the user names it.</summary>
    public string? Python { get; init; }

    /// <summary>Indexes that the user named.</summary>
    public IndexOptions Index { get; init; } = IndexOptions.None;

    /// <summary>Extras of a <c>pylock.toml</c>.</summary>
    public IReadOnlyCollection<string> Extras { get; init; } = [];

    /// <summary>Dependency groups of a <c>pylock.toml</c>, in place of its default ones.</summary>
    public IReadOnlyCollection<string>? Groups { get; init; }

    /// <summary>Whether the store and local files alone are asked.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Whether a virtual environment gets the pip of its Python, as <c>python -m venv</c> does.</summary>
    public bool WithPip { get; init; } = true;

    /// <summary>Whether nothing may be written, so that some wheels are named and not built.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>How many pages of an index are asked for at once.</summary>
    public int Parallel { get; init; } = 8;
}
