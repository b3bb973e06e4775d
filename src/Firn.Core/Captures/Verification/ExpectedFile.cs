using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Captures.Verification;

/// <summary>A file and what the records of an environment say of it.</summary>
internal sealed record ExpectedFile
{
    /// <summary>Absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Who ships it.</summary>
    public required string Owner { get; init; }

    /// <summary>Whether a record of conda has it.</summary>
    public bool IsOfConda { get; init; }

    /// <summary>
    /// The hashes that RECORD files have of it, each right: of two distributions that list it, or two rows, only one can be
    /// meant, and which one is not recorded.
    /// </summary>
    public ImmutableArray<string> Hashes { get; init; } = [];

    /// <summary>The digests that conda's records have of it, each right.</summary>
    public ImmutableArray<Sha256Digest> Digests { get; init; } = [];

    /// <summary>Whether it is a link that a package ships; the records do not tell where it leads.</summary>
    public bool IsLink { get; init; }

    /// <summary>The digest that <c>firn restore</c> noted when it changed the file: no proof, but no sign of an edit.</summary>
    public Sha256Digest? Restored { get; init; }

    /// <summary>What is recorded, for people.</summary>
    public string? Recorded => Digests.IsEmpty ? Hashes.FirstOrDefault(static hash => hash.Length > 0) : Digests[0].ToString();
}
