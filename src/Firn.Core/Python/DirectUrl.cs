namespace Firn.Python;

/// <summary>A valid <c>direct_url.json</c> (PEP 610): exactly one of its three kinds is there.</summary>
internal sealed record DirectUrl
{
    /// <summary>The URL as it is written, credentials included.</summary>
    public required string Url { get; init; }

    /// <summary>The project's folder inside the archive or repository.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>Set for a repository.</summary>
    public DirectUrlVcs? Vcs { get; init; }

    /// <summary>Set for an archive.</summary>
    public DirectUrlArchive? Archive { get; init; }

    /// <summary>Set for a folder.</summary>
    public DirectUrlDirectory? Directory { get; init; }

    /// <summary>Whether it is an editable installation of a local folder.</summary>
    public bool IsLocalEditable => Directory is { Editable: true };
}
