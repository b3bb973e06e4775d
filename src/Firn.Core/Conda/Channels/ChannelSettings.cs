using System.Collections.Immutable;

namespace Firn.Conda.Channels;

/// <summary>What the configuration of conda and mamba says of channels. Its URLs may carry credentials.</summary>
internal sealed record ChannelSettings
{
    /// <summary>conda base/constants.py DEFAULT_CHANNEL_ALIAS.</summary>
    public const string StandardAlias = "https://conda.anaconda.org";

    /// <summary>What stands before a bare name.</summary>
    public string Alias { get; init; } = StandardAlias;

    /// <summary>The members of <c>defaults</c>; empty for conda's own.</summary>
    public ImmutableArray<string> DefaultChannels { get; init; } = [];

    /// <summary>Names and the URL before them.</summary>
    public ImmutableDictionary<string, string> CustomChannels { get; init; } =
        ImmutableDictionary<string, string>.Empty.Add("pkgs/pro", "https://repo.anaconda.com");

    /// <summary>Names that stand for several channels.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> MultiChannels { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>mamba's <c>mirrored_channels</c>: names and the URLs of the same packages, the first one first.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> MirroredChannels { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The channels to ask where a spec names none, highest priority first.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];

    public override string ToString() => nameof(ChannelSettings);
}
