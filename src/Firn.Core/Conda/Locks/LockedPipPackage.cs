using System.Collections.Immutable;

namespace Firn.Conda.Locks;

/// <summary>A package of pip in a lock of conda.</summary>
internal sealed record LockedPipPackage
{
    public required string Name { get; init; }

    /// <summary><see langword="null"/> where only the URL tells.</summary>
    public string? Version { get; init; }

    /// <summary>
    /// Where the file is, variables resolved, credentials in place; <see langword="null"/> where an index has to tell.
    /// Also <c>git+https</c> and the like, as pip has them.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>The same for records and messages.</summary>
    public string? SafeUrl { get; init; }

    public string? Sha256 { get; init; }

    public string? Md5 { get; init; }

    /// <summary>What it needs; <see langword="null"/> where the source does not say.</summary>
    public ImmutableArray<string>? Depends { get; init; }

    /// <summary>The file and line that asked for it.</summary>
    public required string Origin { get; init; }

    public override string ToString() => $"{Name} {Version} ({SafeUrl})";
}
