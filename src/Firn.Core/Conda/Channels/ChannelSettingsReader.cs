using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Yaml;
using Firn.Conda.Locks;

namespace Firn.Conda.Channels;

/// <summary>
/// Reads <c>.condarc</c> files and variables (conda base/context.py, common/configuration.py): a single value is that of
/// the highest priority, lists are joined, mappings too. Variables come before files; conda's before mamba's.
/// </summary>
internal sealed class ChannelSettingsReader
{
    private const int Limit = 1024 * 1024;
    private readonly Surroundings _surroundings;
    private readonly List<Problem> _problems;
    private readonly List<YamlMap> _files = [];

    private ChannelSettingsReader(Surroundings surroundings, List<Problem> problems) =>
        (_surroundings, _problems) = (surroundings, problems);

    /// <param name="prefix">An environment whose own file counts; <see langword="null"/> without one.</param>
    /// <param name="surroundings">The variables, the home folder and the system's files.</param>
    /// <param name="problems">Takes the files that cannot be read.</param>
    public static ChannelSettings Read(string? prefix, Surroundings surroundings, List<Problem> problems) =>
        new ChannelSettingsReader(surroundings, problems).Read(prefix);

    private ChannelSettings Read(string? prefix)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in ChannelSettingsFiles.InOrder(prefix, _surroundings))
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
        return _surroundings.Variable("CONDA_" + name) ?? _surroundings.Variable("MAMBA_" + name);
    }

    /// <summary>One that is not set stays as it is written (<c>expand_environment_variables</c>).</summary>
    private string Expand(string text) => ExpandedVariables.Of(text, _surroundings, out _) ?? text;
}
