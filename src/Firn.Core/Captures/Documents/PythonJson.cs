using Firn.Common.Json;
using Firn.Python;

namespace Firn.Captures.Documents;

/// <summary>The prefix, its layers and its search path in a document.</summary>
internal static class PythonJson
{
    /// <summary>The environment without what stands beside it at the top of the document, where asimov has it.</summary>
    public static PythonEnvironment Table(JsonMembers json, PythonEnvironment? environment, DocumentPaths paths) => new()
    {
        BasePrefix = json.Text("base_prefix", environment?.BasePrefix) ?? paths.Prefix,
        FreeThreaded = json.Flag("free_threaded", environment?.FreeThreaded) ?? false,
        Implementation = json.Text("implementation", environment?.Implementation) ?? "cpython",
        IncludesSystemSitePackages =
            json.Flag("includes_system_site_packages", environment?.IncludesSystemSitePackages) ?? true,
        PathStyle = (PathStyle)DocumentWords.PathStyles.Member(json, "path_style", (int?)environment?.PathStyle),
        Prefix = json.RequiredText("prefix", environment?.Prefix),
        PthImports = json.Objects("pth_imports", environment?.PthImports, (item, import) => new PthImport(
            Module: item.Text("module", import?.Module) ?? string.Empty,
            Path: paths.Member(item, "path", import?.Path) ?? paths.Root)),
        SearchPath = json.Objects("search_path", environment?.SearchPath, (item, entry) => new SearchPathEntry(
            AddedBy: paths.Member(item, "added_by", entry?.AddedBy),
            Kind: (SearchPathKind)DocumentWords.SearchPaths.Member(item, "kind", (int?)entry?.Kind),
            Path: paths.Member(item, "path", entry?.Path) ?? paths.Root)),
        SitePackages = paths.Member(json, "site_packages", environment?.SitePackages) ?? paths.Root,
        UserSite = json.Text("user_site", environment?.UserSite),
        IsVirtualEnvironment = json.Flag("virtual_environment", environment?.IsVirtualEnvironment) ?? false,
        PythonVersion = string.Empty,
        Major = 0,
        Minor = 0,
        Layers = [],
    };

    /// <summary>The environment with the numbers of its Python's version.</summary>
    public static PythonEnvironment WithVersion(PythonEnvironment environment)
    {
        var parts = environment.PythonVersion.Split('.');
        return environment with
        {
            Major = int.TryParse(parts[0], out var major) ? major : 0,
            Minor = parts.Length > 1 && int.TryParse(parts[1], out var minor) ? minor : 0,
        };
    }

    public static EnvironmentLayer Layer(JsonMembers json, EnvironmentLayer? layer) => new(default, string.Empty)
    {
        Creator = json.Text("creator", layer?.Creator),
        ExternallyManaged = json.Mark("externally_managed", layer?.ExternallyManaged),
        Kind = (EnvironmentLayerKind)DocumentWords.Layers.Member(json, "kind", (int?)layer?.Kind),
        Prefix = json.Text("prefix", layer?.Prefix) ?? string.Empty,
    };
}

/// <summary>Paths in a document: relative to the prefix where they lie in it, with forward slashes.</summary>
internal sealed class DocumentPaths(string prefix)
{
    private readonly string _folder = prefix.TrimEnd('/', '\\');

    public string Prefix => prefix;

    /// <summary>The prefix without a slash at its end.</summary>
    public string Root => _folder;

    /// <summary>The member of a document that has a path.</summary>
    public string? Member(JsonMembers json, string name, string? path) =>
        json.Text(name, path is null ? null : Shorten(path), Expand);

    private string Shorten(string path)
    {
        if (path.Length > _folder.Length + 1
            && path.StartsWith(_folder, StringComparison.Ordinal)
            && path[_folder.Length] is '/' or '\\')
        {
            return path[(_folder.Length + 1)..].Replace('\\', '/');
        }

        return path == _folder ? "." : path;
    }

    private string Expand(string path) =>
        path == "." ? _folder : Path.IsPathRooted(path) || path.Contains(':', StringComparison.Ordinal)
            ? path
            : Path.Join(_folder, path);
}
