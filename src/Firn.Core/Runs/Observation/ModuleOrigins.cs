using Firn.Captures.Documents;
using Firn.Common.Files;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Runs.Observation;

/// <summary>Says of each module that was imported which distribution it is of, and whether that is the captured one.</summary>
internal sealed class ModuleOrigins(Capture capture, CapturedPlaces places)
{
    private readonly Dictionary<string, ModuleOwners> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Use> _used = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OutsideFile> _outside = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Distribution> _byName = ByName(capture);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    /// <summary>The distributions that were imported, sorted.</summary>
    public IEnumerable<UsedDistribution> Used => InOrder(_used).Select(static use => use.ToRecord());

    /// <summary>Modules from elsewhere, sorted by path.</summary>
    public IEnumerable<OutsideFile> Outside => InOrder(_outside);

    /// <summary>Adds a module of a process.</summary>
    public void Add(string module, string path)
    {
        if (!_done.Add($"{module}\0{path}") || !Path.IsPathRooted(path) || places.IsStandardLibrary(path))
        {
            return;
        }

        var (owner, captured) = OwnerOf(module, path);
        var isInside = places.IsInEnvironment(path);
        if (owner is not null)
        {
            AddUse(owner.Name, owner.Version, captured?.Version, module);
        }

        var isCaptured = captured is not null && (isInside || captured.MetadataPath == owner?.MetadataPath);
        if (isInside || isCaptured)
        {
            return;
        }

        var shadows = Shadowed(module, path);
        if (shadows is not null || !places.IsInProject(path))
        {
            _outside[path] = new OutsideFile(module, path, shadows);
        }
    }

    /// <summary>Adds a module whose file is not known: the last one that a killed process was about to import.</summary>
    public void AddByName(string module)
    {
        if (places.FileOf(module, out var isStandardLibrary) is { } path && !isStandardLibrary)
        {
            Add(module, path);
        }
    }

    /// <summary>A standard library that is not the captured one's.</summary>
    public void AddLibrary(string folder) =>
        _outside[folder] = new OutsideFile("python", folder, "python");

    private (InstalledName? Owner, Distribution? Captured) OwnerOf(string module, string path)
    {
        var file = ModuleFile.Of(module, path);
        if (Folder(file.Folder).OwnerOf(file.Relative) is { } installed)
        {
            var captured = _byName.GetValueOrDefault(CanonicalName.Of(installed.Name));
            var isSame = captured is not null
                && (captured.MetadataPath == installed.MetadataPath || installed.Version.Length == 0);
            return isSame
                ? (new InstalledName(installed.MetadataPath, captured!.Name, captured.Version), captured)
                : (installed with { Name = captured?.Name ?? installed.Name }, captured);
        }

        foreach (var distribution in capture.Distributions)
        {
            var isEditable = distribution.Editable is { } editable && RealPath.IsWithin(path, editable.Path);
            if (isEditable || IsInEgg(distribution, path))
            {
                return (new InstalledName(distribution.MetadataPath, distribution.Name, distribution.Version), distribution);
            }
        }

        return (null, null);
    }

    private static bool IsInEgg(Distribution distribution, string path) =>
        distribution.Location.EndsWith(".egg", StringComparison.OrdinalIgnoreCase)
        && RealPath.IsWithin(path, distribution.Location);

    private string? Shadowed(string module, string path)
    {
        if (places.FileOf(module, out var isStandardLibrary) is not { } hidden || hidden == path)
        {
            return null;
        }

        return isStandardLibrary ? "python" : OwnerOf(module, hidden).Captured?.Name;
    }

    private void AddUse(string name, string version, string? captured, string module)
    {
        var key = $"{CanonicalName.Of(name)}\0{version}";
        if (!_used.TryGetValue(key, out var use))
        {
            use = new Use(name, version, captured);
            _used.Add(key, use);
        }

        use.Modules.Add(module);
    }

    private ModuleOwners Folder(string path)
    {
        if (!_folders.TryGetValue(path, out var folder))
        {
            folder = new ModuleOwners(path);
            _folders.Add(path, folder);
        }

        return folder;
    }

    private static List<T> InOrder<T>(Dictionary<string, T> found)
        where T : class
    {
        var keys = new List<string>(found.Keys);
        keys.Sort(StringComparer.Ordinal);
        return keys.ConvertAll(key => found[key]);
    }

    private static Dictionary<string, Distribution> ByName(Capture capture)
    {
        var found = new Dictionary<string, Distribution>(StringComparer.Ordinal);
        foreach (var distribution in capture.Distributions)
        {
            found.TryAdd(distribution.CanonicalName, distribution);
        }

        return found;
    }

    private sealed class Use(string name, string version, string? captured)
    {
        public SortedSet<string> Modules { get; } = new(StringComparer.Ordinal);

        public UsedDistribution ToRecord() => new(name, version, captured, [.. Modules]);
    }
}

/// <summary>Where the import of a module's file began.</summary>
/// <param name="Folder">The entry of <c>sys.path</c>.</param>
/// <param name="Relative">The file, relative to it, with <c>/</c> between its parts.</param>
internal readonly record struct ModuleFile(string Folder, string Relative)
{
    /// <summary>Splits a file by its module's name: <c>/s/a/b/__init__.py</c> of <c>a.b</c> lies in <c>/s</c>.</summary>
    public static ModuleFile Of(string module, string path)
    {
        var depth = Path.GetFileName(path).StartsWith("__init__.", StringComparison.Ordinal) ? 1 : 0;
        foreach (var c in module)
        {
            depth += c == '.' ? 1 : 0;
        }

        var folder = Path.GetDirectoryName(path) ?? string.Empty;
        for (; depth > 0; depth--)
        {
            folder = Path.GetDirectoryName(folder) ?? string.Empty;
        }

        return new ModuleFile(folder, path[Math.Min(path.Length, folder.Length)..].TrimStart('/', '\\').Replace('\\', '/'));
    }
}
