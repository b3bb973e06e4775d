using System.Collections.Immutable;
using Firn.Common;
using Firn.Storage.Bundles;

namespace Firn.Captures.Verification;

/// <summary>A file and what is recorded of it.</summary>
internal sealed record ExpectedFile
{
    /// <summary>Absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Who ships it.</summary>
    public required string Owner { get; init; }

    /// <summary>Whether a record of conda has it.</summary>
    public bool IsOfConda { get; init; }

    /// <summary>As RECORD has it; empty where the record has no hash.</summary>
    public string RecordHash { get; init; } = string.Empty;

    /// <summary>The digest, where it is recorded as one.</summary>
    public Sha256Digest? Digest { get; init; }

    /// <summary>In bytes; -1 where it is not recorded.</summary>
    public long Size { get; init; } = -1;

    /// <summary>Where a link leads; <see langword="null"/> for files.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>Another digest that is right: of a file that was archived as edited, or relocated at restore.</summary>
    public Sha256Digest? Allowed { get; init; }

    /// <summary>Further digests that are right: of conda packages that list the file too, of which one has it.</summary>
    public ImmutableArray<Sha256Digest> Others { get; init; } = [];

    /// <summary>Whether the archive has it as missing.</summary>
    public bool MayBeMissing { get; init; }

    /// <summary>What the bundle holds, where the store was asked; the prefix in it is a token.</summary>
    public BundleIndexEntry? Archived { get; init; }

    /// <summary>What stands for the token on disk.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>What is recorded, for people.</summary>
    public string? Recorded => LinkTarget ?? Digest?.ToString() ?? (RecordHash.Length > 0 ? RecordHash : Archived?.Digest?.ToString());
}
