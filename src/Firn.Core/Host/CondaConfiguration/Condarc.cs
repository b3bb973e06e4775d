using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Yaml;

namespace Firn.Host.CondaConfiguration;

/// <summary>
/// conda's configuration (base/context.py, common/configuration.py): a single value is that of the highest priority,
/// lists are joined, mappings too. Variables come before files, conda's before mamba's. It may hold credentials.
/// </summary>
internal sealed class Condarc
{
    private const int Limit = 1024 * 1024;

    /// <summary>All files together: a folder condarc.d may hold any number.</summary>
    private const int MaxBytes = 16 * Limit;

    private readonly SystemContext _systemContext;
    private readonly List<Problem> _problems;
    private readonly List<SettingsFile> _files = [];
    private readonly string[] _variables;

    private Condarc(SystemContext systemContext, List<Problem> problems, bool withMamba)
    {
        _systemContext = systemContext;
        _problems = problems;
        _variables = withMamba ? ["CONDA_", "MAMBA_"] : ["CONDA_"];
    }

    /// <param name="prefix">An environment whose own files count; <see langword="null"/> without one.</param>
    /// <param name="roots">Where conda may be installed (<see cref="CondaRoots"/>).</param>
    /// <param name="systemContext">The variables, the home folder and the system's files.</param>
    /// <param name="problems">Takes the files that cannot be read, when they are asked for a setting.</param>
    /// <param name="withMamba">Whether mamba's own files and variables count.</param>
    public static Condarc Read(
        string? prefix, IEnumerable<string> roots, SystemContext systemContext, List<Problem> problems, bool withMamba = false)
    {
        var condarc = new Condarc(systemContext, problems, withMamba);
        var room = MaxBytes;
        foreach (var path in CondarcFiles.InOrder(prefix, roots, systemContext, withMamba))
        {
            var content = BoundedFile.Read(path, Limit);
            room -= content.Bytes.Length;
            if (content.IsComplete && room >= 0)
            {
                condarc._files.Add(new SettingsFile(path, System.Text.Encoding.UTF8.GetString(content.Bytes).TrimStart('\ufeff')));
            }
            else if (content.Status is not FileReadStatus.Missing)
            {
                condarc.Refuse(path);
            }
        }

        return condarc;
    }

    /// <summary>A setting of one value.</summary>
    public string? Single(string key)
    {
        if (Variable(key) is { } value)
        {
            return Expand(value);
        }

        foreach (var file in _files)
        {
            if (SettingsOf(file, key)?.Text(key) is { } text)
            {
                return Expand(text);
            }
        }

        return null;
    }

    /// <summary>A setting that is a list; one text counts as a list of one.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="olderKey">The name that it had.</param>
    /// <param name="separator">What divides the items of its variable.</param>
    public ImmutableArray<string> Joined(string key, string? olderKey = null, char separator = ',')
    {
        var joined = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string[] keys = olderKey is null ? [key] : [key, olderKey];
        foreach (var name in keys)
        {
            foreach (var item in Variable(name)?.Split(separator) ?? [])
            {
                Add(Expand(item.Trim()));
            }
        }

        foreach (var file in _files)
        {
            foreach (var name in keys)
            {
                foreach (var item in SettingsOf(file, name)?.Find(name) is { } node ? Listed(node) : [])
                {
                    Add(item);
                }
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

    /// <summary>A setting of names and a text for each; of two that of the highest priority.</summary>
    public ImmutableDictionary<string, string> Texts(string key, ImmutableDictionary<string, string> standard) =>
        Map(key, standard, Expanded);

    /// <summary>A setting of names and a list for each; of two that of the highest priority.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Lists(string key) =>
        Map(key, ImmutableDictionary<string, ImmutableArray<string>>.Empty, Listed);

    private ImmutableDictionary<string, T> Map<T>(string key, ImmutableDictionary<string, T> standard, Func<YamlNode, T?> read)
    {
        var map = standard.ToBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in _files)
        {
            foreach (var entry in SettingsOf(file, key)?.Map(key)?.Entries ?? [])
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
        foreach (var start in _variables)
        {
            if (_systemContext.Variable(start + key.ToUpperInvariant()) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>A variable that is not set stays as it is written (<c>expand_environment_variables</c>).</summary>
    private string Expand(string text) => ExpandedVariables.Kept(text, _systemContext);

    /// <summary>The file's settings; a file that does not hold the key's name is not taken apart.</summary>
    private YamlMap? SettingsOf(SettingsFile file, string key)
    {
        if (file.IsRead || !file.Text.Contains(key, StringComparison.Ordinal))
        {
            return file.Settings;
        }

        file.IsRead = true;
        try
        {
            file.Settings = Settings(
                YamlDocument.Read(file.Text, new YamlSource(Path.GetFileName(file.Path), "https://docs.conda.io")));
        }
        catch (FirnException)
        {
            // Told below: the message could show a token of the file.
        }

        if (file.Settings is null)
        {
            Refuse(file.Path);
        }

        return file.Settings;
    }

    /// <summary>A file of comments alone is nothing, and says nothing.</summary>
    private static YamlMap? Settings(YamlNode node) =>
        node as YamlMap ?? (node is YamlText { IsNull: true } ? new YamlMap([], node.Line, node.Column) : null);

    private void Refuse(string path) =>
        _problems.Add(new Problem("condarc-unreadable", path, "the configuration of conda cannot be read"));

    private sealed record SettingsFile(string Path, string Text)
    {
        public bool IsRead { get; set; }

        public YamlMap? Settings { get; set; }
    }
}
