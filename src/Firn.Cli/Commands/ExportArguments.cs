namespace Firn.Cli.Commands;

/// <summary>The arguments of <c>firn export</c>.</summary>
internal sealed record ExportArguments
{
    /// <summary>A capture or an environment; <see langword="null"/> for the default environment.</summary>
    public string? Source { get; init; }

    public string? CondaName { get; init; }

    /// <summary>One of <see cref="ExportFormats"/>.</summary>
    public required string Format { get; init; }

    public required PipExportArguments Pip { get; init; }

    /// <summary>The conda release to follow.</summary>
    public string? AsConda { get; init; }

    public bool Md5 { get; init; }

    public bool Sha256 { get; init; }

    public bool NoBuilds { get; init; }

    /// <summary>For runs of a store.</summary>
    public required RunExportArguments Run { get; init; }
}
