using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Yaml;

namespace Firn.Conda.Locks;

/// <summary>Reads an environment.yml (CEP 24) for one platform.</summary>
internal sealed class EnvironmentYamlReader
{
    public const int Limit = 16 * 1024 * 1024;

    /// <summary>What <c>firn export</c> writes for the value of a variable.</summary>
    private const string Masked = "<masked>";

    private const int MaxProblems = 100;
    private readonly string _name;
    private readonly string _platform;
    private readonly SystemContext _systemContext;
    private readonly ImmutableArray<MatchSpec>.Builder _specs = ImmutableArray.CreateBuilder<MatchSpec>();
    private readonly ImmutableArray<PipRequirement>.Builder _pip = ImmutableArray.CreateBuilder<PipRequirement>();
    private readonly List<Problem> _problems = [];
    private readonly List<Problem> _warnings = [];

    private EnvironmentYamlReader(string name, string platform, SystemContext systemContext) =>
        (_name, _platform, _systemContext) = (name, platform, systemContext);

    public static EnvironmentSpec Read(string path, string platform, SystemContext systemContext)
    {
        var content = BoundedFile.Read(path, Limit);
        return content.IsComplete
            ? Read(content.Bytes, Path.GetFileName(path), platform, systemContext)
            : new EnvironmentSpec
            {
                Problems = [new Problem("lock-unreadable", path, $"cannot read the environment's file, {content.Reason}")],
            };
    }

    /// <param name="bytes">The file.</param>
    /// <param name="name">Its name, for origins and messages.</param>
    /// <param name="platform">The platform that selectors are resolved for.</param>
    /// <param name="systemContext">For specs that are paths or URLs.</param>
    public static EnvironmentSpec Read(ReadOnlySpan<byte> bytes, string name, string platform, SystemContext systemContext) =>
        new EnvironmentYamlReader(name, platform, systemContext).Read(Encoding.UTF8.GetString(bytes).TrimStart('\ufeff'));

    private EnvironmentSpec Read(string text)
    {
        var unknown = new List<int>();
        var chosen = LineSelectors.Apply(text, _platform, unknown);
        foreach (var line in unknown)
        {
            Add(_warnings, "spec-selector-unknown", $"{_name}:{line}", "the comment in brackets is not a selector; the line is kept");
        }

        if (LockProblems.ReadMap(chosen, _name, "https://docs.conda.io", "file", _problems) is not { } root)
        {
            return new EnvironmentSpec { Problems = [.. _problems] };
        }

        WarnOfKeys(root);
        if (root.Find("dependencies") is not (null or YamlList or YamlText { IsNull: true }) and var odd)
        {
            Refuse(odd!, "the dependencies are not a list");
        }

        foreach (var item in root.Items("dependencies"))
        {
            ReadDependency(item);
        }

        var channels = root.Texts("channels");
        return new EnvironmentSpec
        {
            Name = root.Text("name"),
            Prefix = root.Text("prefix"),
            Channels = channels.RemoveAll(static channel => channel is "nodefaults" or ""),
            IsWithoutDefaults = channels.Contains("nodefaults"),
            Dependencies = _specs.DrainToImmutable(),
            PipRequirements = _pip.DrainToImmutable(),
            Variables = Variables(root),
            Platforms = root.Texts("platforms"),
            Category = root.Text("category"),
            Problems = [.. _problems],
            Warnings = [.. _warnings],
        };
    }

    private void ReadDependency(YamlNode node)
    {
        if (node is YamlText text)
        {
            AddSpec(text);
        }
        else if (node is YamlMap map)
        {
            foreach (var entry in map.Entries)
            {
                ReadSection(entry);
            }
        }
        else
        {
            Refuse(node, "a dependency is a list");
        }
    }

    /// <summary><c>pip:</c> with a list, or micromamba's <c>sel(linux):</c> with a spec; others are an error (CEP 24).</summary>
    private void ReadSection(YamlEntry entry)
    {
        var key = entry.Key.Value;
        if (key == "pip")
        {
            AddPip(entry.Value);
        }
        else if (key.StartsWith("sel(", StringComparison.Ordinal) && key[^1] == ')' && entry.Value is YamlText spec)
        {
            if (SelectorExpression.Evaluate(key.AsSpan(4, key.Length - 5), _platform) is not { } isChosen)
            {
                Refuse(entry.Key, $"{key} is not a selector");
            }
            else if (isChosen)
            {
                AddSpec(spec);
            }
        }
        else
        {
            Refuse(entry.Key, $"the section {key} is unknown; there is pip and sel(...)");
        }
    }

    private void AddSpec(YamlText text)
    {
        if (MatchSpec.Parse(text.Value, _systemContext, Place(text), out var reason) is { } spec)
        {
            _specs.Add(spec);
        }
        else
        {
            Refuse(text, $"cannot read the spec {ArchiveUrl.WithoutCredentials(text.Value)}, {reason}");
        }
    }

    private void AddPip(YamlNode node)
    {
        if (node is not YamlList list)
        {
            if (node is not YamlText { IsNull: true })
            {
                Refuse(node, "what stands under pip is not a list");
            }

            return;
        }

        foreach (var item in list.Items)
        {
            if (item is YamlText { IsNull: false } text)
            {
                _pip.Add(new PipRequirement(text.Value.Trim(), Place(text)));
            }
            else
            {
                Refuse(item, "a requirement of pip is not text");
            }
        }
    }

    private ImmutableArray<KeyValuePair<string, string>> Variables(YamlMap root)
    {
        var variables = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var entry in root.Map("variables")?.Entries ?? [])
        {
            var name = entry.Key.Value;
            if (!IsVariable(name) || entry.Value is not YamlText value)
            {
                Refuse(entry.Key, $"{name} is not a variable with a text");
            }
            else if (value.Value == Masked)
            {
                Add(_warnings, "spec-variable-masked", Place(value), $"the value of {name} is masked in the file; it is not set");
            }
            else
            {
                variables.Add(new KeyValuePair<string, string>(name, value.Value));
            }
        }

        return variables.DrainToImmutable();
    }

    /// <summary>CEP 24: other keys are ignored, with a warning.</summary>
    private void WarnOfKeys(YamlMap root)
    {
        foreach (var entry in root.Entries)
        {
            if (entry.Key.Value is not ("name" or "prefix" or "dependencies" or "channels" or "variables" or "platforms" or "category"))
            {
                Add(_warnings, "spec-key-unknown", Place(entry.Key), $"the key {entry.Key.Value} is ignored");
            }
        }
    }

    private static bool IsVariable(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return name.Length > 0 && !char.IsAsciiDigit(name[0]);
    }

    private string Place(YamlNode node) => $"{_name}:{node.Line}";

    private void Refuse(YamlNode node, string message) => Add(_problems, "spec-unreadable", Place(node), message);

    private static void Add(List<Problem> list, string code, string place, string message)
    {
        if (list.Count < MaxProblems)
        {
            list.Add(new Problem(code, place, PrintableText.Printable(message)));
        }
    }
}

/// <summary>An environment.yml (CEP 24), its selectors resolved for one platform.</summary>
internal sealed record EnvironmentSpec
{
    public string? Name { get; init; }

    public string? Prefix { get; init; }

    /// <summary>Highest priority first, as written; URLs may carry credentials. Without <c>nodefaults</c>.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];

    /// <summary>Whether the configured channels are not to be added (<c>nodefaults</c>).</summary>
    public bool IsWithoutDefaults { get; init; }

    public ImmutableArray<MatchSpec> Dependencies { get; init; } = [];

    /// <summary>The lines of the <c>pip:</c> list, as pip would read them from a requirement file.</summary>
    public ImmutableArray<PipRequirement> PipRequirements { get; init; } = [];

    /// <summary>The variables that the environment sets, in the file's order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Variables { get; init; } = [];

    public ImmutableArray<string> Platforms { get; init; } = [];

    public string? Category { get; init; }

    /// <summary>What makes the file unusable as it stands.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>What a person should know.</summary>
    public ImmutableArray<Problem> Warnings { get; init; } = [];

    /// <summary>The specs that more than one package may satisfy: for a solver.</summary>
    public ImmutableArray<MatchSpec> Inexact => [.. Dependencies.Where(static spec => !spec.IsExact)];
}

/// <summary>A line of the <c>pip:</c> list of an environment.yml.</summary>
/// <param name="Text">The line; a URL in it may carry credentials.</param>
/// <param name="Origin">The file and line.</param>
internal sealed record PipRequirement(string Text, string Origin)
{
    public override string ToString() => ArchiveUrl.WithoutCredentials(Text);
}
