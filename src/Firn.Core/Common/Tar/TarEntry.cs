using System.Collections.Immutable;

namespace Firn.Common.Tar;

/// <summary>A member of a tar, all but its bytes.</summary>
internal sealed record TarEntry
{
    /// <summary>Relative, with <c>/</c> between the names.</summary>
    public required string Path { get; init; }

    public TarEntryKind Kind { get; init; }

    /// <summary>Whether the mode is 0755 rather than 0644; of files only.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>Where a link leads, as it stands in the link.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The length of the content in bytes; 0 unless it is a file.</summary>
    public long Size { get; init; }

    /// <summary>Vendor records, sorted by keyword.</summary>
    public ImmutableArray<PaxRecord> Records { get; init; } = [];
}
