using System.Collections.Immutable;
using Firn.Common;
using Firn.Host.CondaConfiguration;

namespace Firn.Conda.Configuration;

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

/// <summary>Reads what conda's configuration says of channels.</summary>
internal static class ChannelSettingsReader
{
    /// <summary>The settings by which conda and mamba look for packages.</summary>
    /// <param name="prefix">An environment whose own file counts; <see langword="null"/> without one.</param>
    /// <param name="systemContext">The variables, the home folder and the system's files.</param>
    /// <param name="problems">Takes the files that cannot be read.</param>
    public static ChannelSettings Read(string? prefix, SystemContext systemContext, List<Problem> problems)
    {
        var condarc = Condarc.Read(prefix, CondaRoots.Of(prefix, systemContext), systemContext, problems, withMamba: true);
        var standard = new ChannelSettings();
        return standard with
        {
            Alias = condarc.Single("channel_alias")?.TrimEnd('/') is { Length: > 0 } alias ? alias : standard.Alias,
            DefaultChannels = condarc.Joined("default_channels"),
            Channels = condarc.Joined("channels"),
            CustomChannels = condarc.Texts("custom_channels", standard.CustomChannels),
            MultiChannels = condarc.Lists("custom_multichannels"),
            MirroredChannels = condarc.Lists("mirrored_channels"),
        };
    }

    /// <summary>
    /// The channels of an environment, the one setting that <c>conda env export</c> prints; each once and without
    /// credentials.
    /// </summary>
    /// <param name="prefix">The environment.</param>
    /// <param name="systemContext">The variables, the home folder and the system's files.</param>
    /// <param name="problems">Takes the files that cannot be read.</param>
    public static ImmutableArray<string> ReadChannels(string prefix, SystemContext systemContext, List<Problem> problems)
    {
        var condarc = Condarc.Read(prefix, CondaRoots.Of(prefix, systemContext), systemContext, problems);
        return [.. condarc.Joined("channels").Select(CondaUrl.RemoveCredentials).Distinct()];
    }
}
