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

    /// <summary>Permissions and the three bits above them; <see langword="null"/> for those that bundles have.</summary>
    public int? Mode { get; init; }

    /// <summary>The owner's number; 0 in bundles.</summary>
    public long User { get; init; }

    /// <summary>The group's number; 0 in bundles.</summary>
    public long Group { get; init; }

    /// <summary>In seconds since 1970; of files, links and folders of bundles always <see cref="TarHeader.ModifiedSeconds"/>.</summary>
    public long Modified { get; init; } = TarHeader.ModifiedSeconds;

    /// <summary>Vendor records, sorted by keyword.</summary>
    public ImmutableArray<PaxRecord> Records { get; init; } = [];
}

/// <summary>What a member of a tar is; there are no others.</summary>
internal enum TarEntryKind
{
    /// <summary>A regular file, type flag 0.</summary>
    File,

    /// <summary>A symbolic link, type flag 2.</summary>
    Link,

    /// <summary>A folder, type flag 5.</summary>
    Directory,
}

/// <summary>A record of a pax header that the tar format does not define, such as <c>FIRN.prefix=17 240</c>.</summary>
/// <param name="Keyword">ASCII, with a vendor's name before a dot.</param>
/// <param name="Value">Any text without NUL.</param>
internal sealed record PaxRecord(string Keyword, string Value);

/// <summary>Bytes that are not canonical tar. The message names the member and what is wrong with it.</summary>
internal sealed class TarFormatException : Exception
{
    public TarFormatException(string message)
        : base(message)
    {
    }

    public TarFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
