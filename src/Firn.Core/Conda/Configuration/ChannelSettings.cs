using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Yaml;

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

/// <summary>
/// Reads <c>.condarc</c> files and variables (conda base/context.py, common/configuration.py): a single value is that of
/// the highest priority, lists are joined, mappings too. Variables come before files; conda's before mamba's.
/// </summary>
internal sealed class ChannelSettingsReader
{
    private const int Limit = 1024 * 1024;
    private readonly SystemContext _systemContext;
    private readonly List<Problem> _problems;
    private readonly List<YamlMap> _files = [];

    private ChannelSettingsReader(SystemContext systemContext, List<Problem> problems) =>
        (_systemContext, _problems) = (systemContext, problems);

    /// <param name="prefix">An environment whose own file counts; <see langword="null"/> without one.</param>
    /// <param name="systemContext">The variables, the home folder and the system's files.</param>
    /// <param name="problems">Takes the files that cannot be read.</param>
    public static ChannelSettings Read(string? prefix, SystemContext systemContext, List<Problem> problems) =>
        new ChannelSettingsReader(systemContext, problems).Read(prefix);

    private ChannelSettings Read(string? prefix)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in ChannelSettingsFiles.InOrder(prefix, _systemContext))
        {
            if (seen.Add(file))
            {
                ReadFile(file);
            }
        }

        var standard = new ChannelSettings();
        return standard with
        {
            Alias = Single("channel_alias")?.TrimEnd('/') is { Length: > 0 } alias ? alias : standard.Alias,
            DefaultChannels = Joined("default_channels"),
            Channels = Joined("channels"),
            CustomChannels = Map(standard.CustomChannels, "custom_channels", Expanded),
            MultiChannels = Map(standard.MultiChannels, "custom_multichannels", Listed),
            MirroredChannels = Map(standard.MirroredChannels, "mirrored_channels", Listed),
        };
    }

    private void ReadFile(string file)
    {
        var content = BoundedFile.Read(file, Limit);
        if (content.Status is FileReadStatus.Missing)
        {
            return;
        }

        try
        {
            if (content.IsComplete
                && YamlDocument.Read(
                    System.Text.Encoding.UTF8.GetString(content.Bytes).TrimStart('\ufeff'),
                    new YamlSource(Path.GetFileName(file), "https://docs.conda.io")) is YamlMap map)
            {
                _files.Add(map);
                return;
            }
        }
        catch (FirnException)
        {
            // Told below: the message could show a token of the file.
        }

        _problems.Add(new Problem("condarc-unreadable", file, "the configuration of conda cannot be read"));
    }

    private string? Single(string key)
    {
        if (Variable(key) is { } value)
        {
            return value;
        }

        foreach (var file in _files)
        {
            if (file.Text(key) is { } text)
            {
                return Expand(text);
            }
        }

        return null;
    }

    private ImmutableArray<string> Joined(string key)
    {
        var joined = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in Variable(key)?.Split(',') ?? [])
        {
            Add(item.Trim());
        }

        foreach (var file in _files)
        {
            foreach (var item in file.Texts(key))
            {
                Add(Expand(item));
            }
        }

        return joined.DrainToImmutable();

        void Add(string item)
        {
            if (item.Length > 0 && seen.Add(item))
            {
                joined.Add(item);
            }
        }
    }

    private ImmutableDictionary<string, T> Map<T>(ImmutableDictionary<string, T> standard, string key, Func<YamlNode, T?> read)
    {
        var map = standard.ToBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in _files)
        {
            foreach (var entry in file.Map(key)?.Entries ?? [])
            {
                if (seen.Add(entry.Key.Value) && read(entry.Value) is { } value)
                {
                    map[entry.Key.Value.Trim('/')] = value;
                }
            }
        }

        return map.ToImmutable();
    }

    private string? Expanded(YamlNode node) => node is YamlText { IsNull: false } text ? Expand(text.Value) : null;

    private ImmutableArray<string> Listed(YamlNode node)
    {
        var items = ImmutableArray.CreateBuilder<string>();
        foreach (var item in node is YamlList list ? list.Items : [node])
        {
            if (Expanded(item) is { } text)
            {
                items.Add(text);
            }
        }

        return items.DrainToImmutable();
    }

    private string? Variable(string key)
    {
        var name = key.ToUpperInvariant();
        return _systemContext.Variable("CONDA_" + name) ?? _systemContext.Variable("MAMBA_" + name);
    }

    /// <summary>One that is not set stays as it is written (<c>expand_environment_variables</c>).</summary>
    private string Expand(string text) => ExpandedVariables.Of(text, _systemContext, out _) ?? text;
}

/// <summary>
/// The configuration files, highest priority first (conda base/constants.py SEARCH_PATH from its end; mamba
/// api/configuration.cpp).
/// </summary>
internal static class ChannelSettingsFiles
{
    public static IEnumerable<string> InOrder(string? prefix, SystemContext systemContext)
    {
        foreach (var name in (string[])["CONDARC", "MAMBARC"])
        {
            if (systemContext.Variable(name) is { } file)
            {
                yield return Path.GetFullPath(file, systemContext.CurrentDirectory);
            }
        }

        if (prefix is not null)
        {
            yield return Path.Join(prefix, ".condarc");
        }

        foreach (var folder in Homes(systemContext))
        {
            yield return Path.Join(folder, ".condarc");
            yield return Path.Join(folder, "condarc");
        }

        yield return Path.Join(systemContext.HomeDirectory, ".mambarc");
        foreach (var root in Roots(prefix, systemContext))
        {
            yield return Path.Join(root, ".condarc");
            yield return Path.Join(root, "condarc");
            yield return Path.Join(root, ".mambarc");
        }

        foreach (var folder in (string[])["/var/lib/conda", "/etc/conda"])
        {
            yield return systemContext.SystemPath(folder + "/.condarc");
            yield return systemContext.SystemPath(folder + "/condarc");
        }
    }

    private static IEnumerable<string> Homes(SystemContext systemContext)
    {
        yield return systemContext.HomeDirectory;
        yield return Path.Join(systemContext.HomeDirectory, ".conda");
        yield return Path.Join(systemContext.HomeDirectory, ".config/conda");
        if (systemContext.Variable("XDG_CONFIG_HOME") is { } folder && Path.IsPathFullyQualified(folder))
        {
            yield return Path.Join(folder, "conda");
        }
    }

    private static IEnumerable<string> Roots(string? prefix, SystemContext systemContext)
    {
        foreach (var name in (string[])["CONDA_ROOT", "MAMBA_ROOT_PREFIX"])
        {
            if (systemContext.Variable(name) is { } root && Path.IsPathFullyQualified(root))
            {
                yield return root;
            }
        }

        // bin/conda of the root environment.
        if (systemContext.Variable("CONDA_EXE") is { } conda && Path.IsPathFullyQualified(conda)
            && Path.GetDirectoryName(Path.GetDirectoryName(conda)) is { Length: > 0 } own)
        {
            yield return own;
        }

        if (prefix is not null && Path.GetDirectoryName(prefix) is { } parent && Path.GetFileName(parent) == "envs"
            && Path.GetDirectoryName(parent) is { Length: > 0 } above)
        {
            yield return above;
        }
    }
}
