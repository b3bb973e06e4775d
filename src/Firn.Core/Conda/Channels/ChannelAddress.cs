using System.Collections.Immutable;
using Firn.Conda.Locks;

namespace Firn.Conda.Channels;

/// <summary>Where a channel is.</summary>
internal sealed record ChannelAddress
{
    /// <summary>As conda prints it: <c>conda-forge</c>, <c>defaults</c> or a URL without credentials.</summary>
    public required string Name { get; init; }

    /// <summary>Its URL without a slash at the end and without platform; token and password in place.</summary>
    public required string Url { get; init; }

    /// <summary>Other places of the same packages, to be asked where this one does not answer.</summary>
    public ImmutableArray<string> Mirrors { get; init; } = [];

    /// <summary>The one platform that was asked for, as in <c>conda-forge/linux-64</c>.</summary>
    public string? Subdir { get; init; }

    /// <summary>The URL for records and messages.</summary>
    public string SafeUrl => LockedUrl.WithoutCredentials(Url);

    public override string ToString() => SafeUrl;
}
