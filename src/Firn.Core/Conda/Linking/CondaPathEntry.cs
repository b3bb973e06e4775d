using Firn.Common;

namespace Firn.Conda.Linking;

/// <summary>One path of an installed package, as its record in <c>conda-meta</c> has it.</summary>
internal sealed record CondaPathEntry
{
    /// <summary>Relative to the prefix, with <c>/</c>, as installed; checked to stay in the prefix.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The path as <c>paths_data</c> has it, where it is another one: conda leaves those of <c>noarch: python</c> packages
    /// as they were packaged (conda core/path_actions.py, <c>LinkPathAction.prefix_path_data</c>); mamba and rattler do not.
    /// </summary>
    public string? RecordedPath { get; init; }

    public required CondaPathKind Kind { get; init; }

    /// <summary>What stands for the prefix in the published file; <see langword="null"/> where nothing does, and for links.</summary>
    public CondaPlaceholder? Placeholder { get; init; }

    /// <summary>The digest of the published file; for a link of the file that it leads to.</summary>
    public Sha256Digest? Published { get; init; }

    /// <summary>The digest of the file as it was installed; tools disagree about links.</summary>
    public Sha256Digest? InPrefix { get; init; }

    /// <summary><c>size_in_bytes</c>: of the published file, or of the installed one (rattler).</summary>
    public long? Size { get; init; }

    /// <summary><c>no_link</c>: the file is the environment's own, since users write to it.</summary>
    public bool IsNoLink { get; init; }

    /// <summary>Whether the record has <c>paths_data</c> for it; older ones only list the path.</summary>
    public bool IsDescribed { get; init; } = true;
}
