using Firn.Common;
using Firn.Fetching;

namespace Firn.Creation.Planning;

/// <summary>A wheel that an environment gets.</summary>
internal sealed record PlannedWheel
{
    /// <summary>The canonical name.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>The wheel's file name.</summary>
    public required string FileName { get; init; }

    /// <summary>The name as the requirement spells it: pip gives it to the folder of the wheel's headers.</summary>
    public required string AskedName { get; init; }

    /// <summary>What its files must come to, where a capture says it.</summary>
    public Sha256Digest? RecordedDigest { get; init; }

    /// <summary>Where it is, and what it must be.</summary>
    public required FetchRequest Request { get; init; }

    /// <summary>Whether the user asked for it, not another package.</summary>
    public bool IsRequested { get; init; }

    /// <summary>The URL of a requirement <c>name @ url</c>, which the environment records.</summary>
    public string? DirectUrl { get; init; }

    /// <summary>The whole <c>direct_url.json</c> of a wheel that was built from another source, in place of <see cref="DirectUrl"/>.</summary>
    public string? DirectUrlJson { get; init; }

    /// <summary>Which file asked for it, for example <c>requirements.txt:3</c>.</summary>
    public required string Origin { get; init; }
}
