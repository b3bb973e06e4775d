namespace Firn.Cli.Commands;

/// <summary>pip's own options of <c>firn export --format pip</c>.</summary>
internal sealed record PipExportArguments
{
    public IReadOnlyList<string> Paths { get; init; } = [];

    public bool All { get; init; }

    public bool Local { get; init; }

    public bool User { get; init; }

    public bool ExcludeEditable { get; init; }

    public IReadOnlyList<string> Exclude { get; init; } = [];

    public IReadOnlyList<string> RequirementFiles { get; init; } = [];

    /// <summary>The pip release to follow, whose bytes are then kept, credentials included.</summary>
    public string? AsPip { get; init; }

    /// <summary><c>X.Y</c> of the Python that pip would run on.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Whether anything is asked that only the environment itself can answer.</summary>
    public bool NeedEnvironment =>
        Paths.Count > 0 || All || Local || User || ExcludeEditable || RequirementFiles.Count > 0
        || AsPip is not null || PythonVersion is not null;
}
