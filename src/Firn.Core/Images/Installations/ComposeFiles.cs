using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Yaml;

namespace Firn.Images.Installations;

/// <summary>
/// The Compose files of a folder: those that <c>COMPOSE_FILE</c> lists, else <c>compose.yaml</c> or <c>docker-compose.yml</c>.
/// Later files add to earlier ones and <c>extends</c> is followed, by the rules of compose-spec (13-merge.md, 05-services.md).
/// </summary>
internal sealed class ComposeFiles
{
    private const int MaxLength = 1024 * 1024;
    private const int MaxExtends = 16;
    private const string Guide = "https://docs.docker.com/reference/compose-file/";

    private static readonly string[] Names = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

    private readonly string _folder;
    private readonly Func<string, string?> _variables;
    private readonly Dictionary<string, YamlMap> _files = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);

    private ComposeFiles(string folder, Func<string, string?> variables) => (_folder, _variables) = (folder, variables);

    /// <summary>The services by their names.</summary>
    public ImmutableSortedDictionary<string, ComposeService> Services { get; private set; } =
        ImmutableSortedDictionary<string, ComposeService>.Empty;

    /// <summary>Variables that are named and have no value.</summary>
    public IReadOnlyCollection<string> Missing => _missing;

    /// <summary>The files, absolute, in the order in which they count.</summary>
    public static IReadOnlyList<string> FilesOf(string folder, Func<string, string?> variables) =>
        [.. (variables("COMPOSE_FILE") is { Length: > 0 } names ? names.Split(':') : FirstIn(folder) is { } found ? [found] : Array.Empty<string>())
            .Select(name => Path.GetFullPath(name, folder))];

    /// <summary>Reads them.</summary>
    /// <param name="folder">The folder, absolute.</param>
    /// <param name="variables">The value of a variable; <see langword="null"/> where it is not set.</param>
    /// <returns><see langword="null"/> where the folder has none.</returns>
    /// <exception cref="FirnException">One cannot be read, or extends itself.</exception>
    public static ComposeFiles? Read(string folder, Func<string, string?> variables)
    {
        var listed = FilesOf(folder, variables);
        var files = new ComposeFiles(folder, variables);
        var services = ImmutableSortedDictionary.CreateBuilder<string, YamlMap>(StringComparer.Ordinal);
        foreach (var path in listed)
        {
            foreach (var (service, map) in files.ServicesOf(path))
            {
                var whole = files.Extended(path, service, map, 0);
                services[service] = services.TryGetValue(service, out var before) ? Merged(before, whole) : whole;
            }
        }

        files.Services = services.ToImmutableSortedDictionary(
            pair => pair.Key, pair => new ComposeServiceReader(pair.Key, folder, files.Filled).Read(pair.Value), StringComparer.Ordinal);
        return listed.Count == 0 ? null : files;
    }

    /// <summary>The name of the file that Compose takes in a folder; <see langword="null"/> where it has none.</summary>
    public static string? FirstIn(string folder) => Array.Find(Names, name => File.Exists(Path.Join(folder, name)));

    private string Filled(string text)
    {
        var filled = VariableText.Expand(text, _variables, out var missing);
        if (missing is not null)
        {
            _missing.Add(missing);
        }

        return filled;
    }

    private IEnumerable<(string Name, YamlMap Service)> ServicesOf(string path)
    {
        if (Root(path).Map("services") is not { } services)
        {
            yield break;
        }

        foreach (var entry in services.Entries)
        {
            yield return (entry.Key.Value, entry.Value as YamlMap
                ?? throw Source(path).Failure(entry.Value, $"the service {entry.Key.Value} is {entry.Value.Kind}, not a mapping"));
        }
    }

    private YamlMap Root(string path)
    {
        if (_files.TryGetValue(path, out var read))
        {
            return read;
        }

        var text = BoundedFile.ReadText(path, MaxLength)
            ?? throw new FirnException($"{path} cannot be read", "check the path, and COMPOSE_FILE in .env", FailureKind.Failed);
        var root = YamlDocument.Read(text, Source(path)) as YamlMap
            ?? throw new FirnException($"{path} is not a Compose file", $"see {Guide}");
        return _files[path] = root;
    }

    private YamlSource Source(string path) => new(Path.GetRelativePath(_folder, path), Guide);

    private YamlMap Extended(string path, string name, YamlMap service, int depth)
    {
        if (service.Find("extends") is not { } extends)
        {
            return service;
        }

        if (depth == MaxExtends)
        {
            throw Source(path).Failure(extends, $"the service {name} extends itself, or too many others");
        }

        var (file, other) = extends is YamlMap map
            ? (map.Text("file") is { } relative ? Path.GetFullPath(Filled(relative), Path.GetDirectoryName(path)!) : path, map.Text("service"))
            : (path, (extends as YamlText)?.Value);
        foreach (var (found, baseService) in ServicesOf(file))
        {
            if (found == other)
            {
                return Merged(Extended(file, found, baseService, depth + 1), Without(service, "extends"));
            }
        }

        throw Source(path).Failure(extends, $"the service {name} extends {other ?? "nothing"}, which {Path.GetFileName(file)} does not have");
    }

    private static YamlMap Without(YamlMap map, string key) =>
        map with { Entries = map.Entries.RemoveAll(entry => entry.Key.Value == key) };

    /// <summary>Mappings are merged, lists put together, and of two texts the later one counts.</summary>
    private static YamlMap Merged(YamlMap first, YamlMap second)
    {
        var entries = first.Entries.ToList();
        foreach (var entry in second.Entries)
        {
            var at = entries.FindIndex(other => other.Key.Value == entry.Key.Value);
            if (at < 0)
            {
                entries.Add(entry);
            }
            else
            {
                entries[at] = entries[at] with { Value = Merged(entries[at].Value, entry.Value) };
            }
        }

        return second with { Entries = [.. entries] };
    }

    private static YamlNode Merged(YamlNode first, YamlNode second) => (first, second) switch
    {
        (YamlMap left, YamlMap right) => Merged(left, right),
        (YamlList left, YamlList right) => right with { Items = [.. left.Items, .. right.Items] },
        _ => second,
    };
}

/// <summary>Reads one service whose <c>extends</c> is resolved.</summary>
internal sealed class ComposeServiceReader(string name, string folder, Func<string, string> fill)
{
    /// <summary>Keys that say how a container is kept, named or seen, which a container of one command needs none of.</summary>
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        "tty", "stdin_open", "init", "container_name", "restart", "profiles", "labels", "pull_policy", "depends_on", "logging",
    };

    private readonly ImmutableArray<string>.Builder _unknown = ImmutableArray.CreateBuilder<string>();

    /// <summary>Reads it.</summary>
    public ComposeService Read(YamlMap service)
    {
        var result = new ComposeService { Name = name };
        foreach (var entry in service.Entries)
        {
            result = With(result, entry.Key.Value, entry.Value);
        }

        return result with { Unknown = _unknown.ToImmutable() };
    }

    private ComposeService With(ComposeService service, string key, YamlNode value) => key switch
    {
        "image" => service with { Image = Text(value) },
        "build" => WithBuild(service, value),
        "volumes" => service with { Volumes = [.. Items(value).Select(Volume).OfType<string>()] },
        "environment" => service with { Environment = Pairs(value) },
        "working_dir" => service with { WorkingDirectory = Text(value) },
        "ipc" => service with { Ipc = Text(value) },
        "network_mode" => service with { Network = Text(value) },
        "shm_size" => service with { SharedMemory = Text(value) },
        "user" => service with { User = Text(value) },
        "ulimits" => service with { Ulimits = Ulimits(value) },
        "ports" => service with { Ports = Texts(value) },
        "devices" => service with { Devices = Texts(value) },
        "group_add" => service with { Groups = Texts(value) },
        "security_opt" => service with { SecurityOptions = Texts(value) },
        "cap_add" => service with { AddedCapabilities = Texts(value) },
        "deploy" => service with { WantsGpu = WantsGpu(value) },
        "gpus" => service with { WantsGpu = true },
        "runtime" when Text(value) == "nvidia" => service with { WantsGpu = true },
        _ => WithUnknown(service, key),
    };

    private ComposeService WithUnknown(ComposeService service, string key)
    {
        if (!Ignored.Contains(key) && !key.StartsWith("x-", StringComparison.Ordinal))
        {
            _unknown.Add(key);
        }

        return service;
    }

    private ComposeService WithBuild(ComposeService service, YamlNode value)
    {
        if (value is not YamlMap build)
        {
            var place = Path.GetFullPath(Text(value) ?? ".", folder);
            return service with { Context = place, Dockerfile = Path.Join(place, "Dockerfile") };
        }

        var context = Path.GetFullPath(fill(build.Text("context") ?? "."), folder);
        foreach (var entry in build.Entries)
        {
            if (entry.Key.Value is not ("context" or "dockerfile" or "target" or "args" or "platforms" or "tags" or "cache_from"))
            {
                _unknown.Add($"build.{entry.Key.Value}");
            }
        }

        return service with
        {
            Context = context,
            Dockerfile = Path.GetFullPath(fill(build.Text("dockerfile") ?? "Dockerfile"), context),
            Target = build.Text("target") is { } target ? fill(target) : null,
            Arguments = build.Find("args") is { } arguments ? Pairs(arguments) : service.Arguments,
            Platforms = build.Find("platforms") is { } platforms ? Texts(platforms) : [],
        };
    }

    private string? Text(YamlNode value) => value is YamlText { IsNull: false } text ? fill(text.Value) : null;

    private static ImmutableArray<YamlNode> Items(YamlNode value) => value is YamlList list ? list.Items : [];

    private ImmutableArray<string> Texts(YamlNode value) => [.. Items(value).Select(Text).OfType<string>()];

    /// <summary>A mapping, or a list of <c>KEY=VALUE</c>; a key alone has the value of the variable of that name.</summary>
    private ImmutableSortedDictionary<string, string> Pairs(YamlNode value)
    {
        var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (value is YamlMap map)
        {
            foreach (var entry in map.Entries)
            {
                pairs[entry.Key.Value] = Text(entry.Value) ?? fill($"${{{entry.Key.Value}}}");
            }
        }

        foreach (var text in Texts(value))
        {
            var equals = text.IndexOf('=');
            pairs[equals < 0 ? text : text[..equals]] = equals < 0 ? fill($"${{{text}}}") : text[(equals + 1)..];
        }

        return pairs.ToImmutable();
    }

    private string? Volume(YamlNode value)
    {
        if (value is YamlMap map)
        {
            if (map.Text("target") is not { } target || (map.Text("type") is { } type && type != "bind"))
            {
                _unknown.Add("volumes");
                return null;
            }

            var isReadOnly = map.Text("read_only") == "true";
            return $"{Absolute(fill(map.Text("source") ?? "."))}:{fill(target)}{(isReadOnly ? ":ro" : string.Empty)}";
        }

        if (Text(value) is not { } text)
        {
            return null;
        }

        var colon = text.IndexOf(':');
        return colon < 0 ? text : Absolute(text[..colon]) + text[colon..];
    }

    /// <summary>A source that is no path names a volume of the engine.</summary>
    private string Absolute(string source) =>
        source.StartsWith('.') ? Path.GetFullPath(source, folder)
        : source.StartsWith("~/", StringComparison.Ordinal) ? fill("${HOME}") + source[1..]
        : source;

    private ImmutableArray<string> Ulimits(YamlNode value) => value is YamlMap map
        ? [.. map.Entries.Select(entry => entry.Value is YamlMap limit
            ? $"{entry.Key.Value}={limit.Text("soft")}:{limit.Text("hard")}"
            : $"{entry.Key.Value}={Text(entry.Value)}")]
        : [];

    private static bool WantsGpu(YamlNode value) =>
        value is YamlMap map && map.Map("resources")?.Map("reservations")?.Items("devices") is { } devices
        && devices.OfType<YamlMap>().Any(device => device.Text("driver") == "nvidia" || device.Texts("capabilities").Contains("gpu"));
}
