using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Yaml;

namespace Firn.Conda.Locks;

/// <summary>Reads a conda-lock.yml (CEP 37). What is wrong with a package is a problem; the others are read.</summary>
internal sealed class CondaLockReader
{
    /// <summary>The locks of whole distributions for five platforms have a tenth of this.</summary>
    public const int Limit = 64 * 1024 * 1024;

    private const int MaxProblems = 100;
    private readonly string _name;
    private readonly SystemContext _systemContext;
    private readonly ImmutableArray<CondaLockEntry>.Builder _entries = ImmutableArray.CreateBuilder<CondaLockEntry>();
    private readonly List<Problem> _problems = [];
    private readonly List<Problem> _warnings = [];

    private CondaLockReader(string name, SystemContext systemContext) => (_name, _systemContext) = (name, systemContext);

    public static CondaLock Read(string path, SystemContext systemContext)
    {
        var name = Path.GetFileName(path);
        var content = BoundedFile.Read(path, Limit);
        return content.IsComplete
            ? Read(content.Bytes, name, systemContext)
            : new CondaLock
            {
                FileName = name,
                Problems = [new Problem("lock-unreadable", path, $"cannot read the lock, {content.Reason}")],
            };
    }

    /// <param name="bytes">The file.</param>
    /// <param name="name">Its name, for origins and messages.</param>
    /// <param name="systemContext">Its variables are what the URLs may name.</param>
    public static CondaLock Read(ReadOnlySpan<byte> bytes, string name, SystemContext systemContext) =>
        new CondaLockReader(name, systemContext).Read(Encoding.UTF8.GetString(bytes).TrimStart('\ufeff'));

    private CondaLock Read(string text)
    {
        var root = LockProblems.ReadMap(text, _name, "https://conda.github.io/conda-lock/", "lock", _problems);
        var metadata = root?.Map("metadata");
        var platforms = metadata?.Texts("platforms") ?? [];
        if (root is not null && IsKnownVersion(root))
        {
            if (root.Find("package") is not YamlList)
            {
                Refuse(root, "there is no list of packages");
            }

            foreach (var item in root.Items("package"))
            {
                ReadPackage(item);
            }
        }

        return new CondaLock
        {
            FileName = _name,
            Platforms = platforms.IsEmpty ? PlatformsOfPackages() : platforms,
            Channels = metadata is null ? [] : Channels(metadata),
            Entries = _entries.DrainToImmutable(),
            Problems = [.. _problems],
            Warnings = [.. _warnings],
        };
    }

    /// <summary>An integer, or the same as text; versions up to 3 of pixi had this shape too.</summary>
    private bool IsKnownVersion(YamlMap root)
    {
        var version = root.Text("version");
        if (version is null or "1" or "2" or "3")
        {
            return true;
        }

        Refuse(root.Find("version") ?? root, $"version {version} of the lock's format is unknown; write it anew with conda-lock");
        return false;
    }

    private void ReadPackage(YamlNode node)
    {
        if (node is not YamlMap map
            || map.Text("name") is not { } name || map.Text("version") is not { } version
            || map.Text("manager") is not { } manager || map.Text("platform") is not { } platform
            || map.Text("url") is not { } url)
        {
            Refuse(node, "a package has no name, version, manager, platform or URL");
            return;
        }

        if (manager == "conda" && name.StartsWith("__", StringComparison.Ordinal))
        {
            // conda-lock before 1.1 let __osx through, with the URL of an archive that does not exist.
            Warn(map, "lock-virtual-package", $"{name} is a trait of the machine and no package; it is passed over");
            return;
        }

        var entry = new CondaLockEntry(platform, map.Text("category") ?? CondaLock.DefaultCategory, null, null);
        if (manager == "conda")
        {
            if (Conda(map, name, version, url) is { } package)
            {
                _entries.Add(entry with { Conda = package });
            }
        }
        else if (manager != "pip")
        {
            Refuse(map, $"the manager of {name} is neither conda nor pip");
        }
        else if (!ArchiveUrl.IsRepository(url) && MalformedHash(map.Map("hash")) is { } malformed)
        {
            Refuse(map, $"the {malformed} of {name} is malformed");
        }
        else if (PipLockLine.Url(url, _systemContext, out var reason) is { } found)
        {
            WarnOfVariables(map, url);
            _entries.Add(entry with { Pip = Pip(map, name, version, found) });
        }
        else
        {
            Refuse(map, $"cannot read the URL of {name}, {reason}");
        }
    }

    private LockedCondaPackage? Conda(YamlMap map, string name, string version, string text)
    {
        var url = ArchiveUrl.Parse(text, _systemContext, out var reason);
        if (url is null || LockedCondaPackage.OfUrl(url, Place(map), out reason) is not { } package)
        {
            Refuse(map, $"cannot read the URL of {name}, {reason}");
            return null;
        }

        // A lock that shows one package and installs another is refused.
        var build = map.Text("build");
        if (!package.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || package.Version != version
            || (build is not null && package.Build != build))
        {
            Refuse(map, $"the URL of {name} {version} is that of {package.FileName}");
            return null;
        }

        WarnOfVariables(map, text);
        var hash = map.Map("hash");
        if (MalformedHash(hash) is { } malformed)
        {
            // Passed over, it would take the proof away without a word.
            Refuse(map, $"the {malformed} of {package.FileName} is malformed");
            return null;
        }

        package = package with
        {
            Sha256 = HexDigest.Sha256(hash?.Text("sha256")),
            Md5 = HexDigest.Md5(hash?.Text("md5")),
            Depends = Dependencies(map),
        };
        if (package.Sha256 is null && package.Md5 is null)
        {
            Warn(map, "lock-hash-missing", $"no digest proves {package.FileName}");
        }

        return package;
    }

    private static string? MalformedHash(YamlMap? hash) =>
        hash?.Text("sha256") is { } sha256 && HexDigest.Sha256(sha256) is null ? "sha256"
        : hash?.Text("md5") is { } md5 && HexDigest.Md5(md5) is null ? "md5"
        : null;

    private LockedPipPackage Pip(YamlMap map, string name, string version, ArchiveUrl url)
    {
        // Of a repository conda-lock writes the commit, which the URL names as well, in the place of a digest.
        var hash = ArchiveUrl.IsRepository(url.Value) ? null : map.Map("hash");
        return new LockedPipPackage
        {
            Name = name,
            Version = version,
            Url = url.Value,
            SafeUrl = url.Safe,
            Sha256 = HexDigest.Sha256(hash?.Text("sha256")),
            Md5 = HexDigest.Md5(hash?.Text("md5")),
            Depends = Dependencies(map),
            Origin = Place(map),
        };
    }

    /// <summary>Name and constraint, joined as the match spec that conda records; <see langword="null"/> where none are listed.</summary>
    private static ImmutableArray<string>? Dependencies(YamlMap map)
    {
        if (map.Map("dependencies") is not { } dependencies)
        {
            return null;
        }

        var specs = ImmutableArray.CreateBuilder<string>(dependencies.Entries.Length);
        foreach (var entry in dependencies.Entries)
        {
            if (entry.Value is YamlText constraint)
            {
                specs.Add($"{entry.Key.Value} {(constraint.IsNull ? string.Empty : constraint.Value)}".TrimEnd());
            }
        }

        return specs.DrainToImmutable();
    }

    private static ImmutableArray<string> Channels(YamlMap metadata)
    {
        var channels = ImmutableArray.CreateBuilder<string>();
        foreach (var item in metadata.Items("channels"))
        {
            if (((item as YamlMap)?.Text("url") ?? (item as YamlText)?.Value) is { Length: > 0 } url)
            {
                channels.Add(ArchiveUrl.WithoutCredentials(url));
            }
        }

        return channels.DrainToImmutable();
    }

    private ImmutableArray<string> PlatformsOfPackages()
    {
        var platforms = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in _entries)
        {
            platforms.Add(entry.Platform);
        }

        return [.. platforms];
    }

    private void WarnOfVariables(YamlNode node, string url)
    {
        if (url.Contains('$', StringComparison.Ordinal) && ExpandedVariables.Names(url) is { Count: > 0 } names)
        {
            Warn(node, "lock-uses-variables", $"the URL is made with {string.Join(", ", names)}");
        }
    }

    private string Place(YamlNode node) => $"{_name}:{node.Line}";

    private void Refuse(YamlNode node, string message) => Add(_problems, "lock-package-unreadable", node, message);

    private void Warn(YamlNode node, string code, string message) => Add(_warnings, code, node, message);

    private void Add(List<Problem> list, string code, YamlNode node, string message)
    {
        if (list.Count < MaxProblems)
        {
            list.Add(new Problem(code, Place(node), PrintableText.Printable(message)));
        }
    }
}
