using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common.Json;
using Firn.Python;

namespace Firn.Captures.Documents;

/// <summary>The prefix, its layers and its search path in a document.</summary>
internal static class PythonJson
{
    public static void WriteLayers(CanonicalJsonWriter json, ImmutableArray<EnvironmentLayer> layers)
    {
        json.StartArray("layers");
        foreach (var layer in layers)
        {
            json.StartObject();
            json.String("creator", layer.Creator);
            json.Boolean("externally_managed", layer.ExternallyManaged ? true : null);
            json.String("kind", DocumentWords.Layers.Word((int)layer.Kind));
            json.String("prefix", layer.Prefix);
            json.EndObject();
        }

        json.EndArray();
    }

    public static void Write(CanonicalJsonWriter json, PythonEnvironment environment, DocumentPaths paths)
    {
        json.StartObject("python");
        json.String("base_prefix", environment.BasePrefix);
        json.Boolean("free_threaded", environment.FreeThreaded);
        json.String("implementation", environment.Implementation);
        json.Boolean("includes_system_site_packages", environment.IncludesSystemSitePackages);
        json.String("path_style", DocumentWords.PathStyles.Word((int)environment.PathStyle));
        json.String("prefix", environment.Prefix);
        json.StartArray("pth_imports");
        foreach (var import in environment.PthImports)
        {
            json.StartObject();
            json.String("module", import.Module);
            json.String("path", paths.Shorten(import.Path));
            json.EndObject();
        }

        json.EndArray();
        json.StartArray("search_path");
        foreach (var entry in environment.SearchPath)
        {
            json.StartObject();
            json.String("added_by", entry.AddedBy is null ? null : paths.Shorten(entry.AddedBy));
            json.String("kind", DocumentWords.SearchPaths.Word((int)entry.Kind));
            json.String("path", paths.Shorten(entry.Path));
            json.EndObject();
        }

        json.EndArray();
        json.String("site_packages", paths.Shorten(environment.SitePackages));
        json.String("user_site", environment.UserSite);
        json.Boolean("virtual_environment", environment.IsVirtualEnvironment);
        json.EndObject();
    }

    /// <summary>Reads the environment out of the whole document: some of it stands at the top, where asimov has it.</summary>
    public static PythonEnvironment Read(JsonElement document)
    {
        var element = document.Object("python") ?? throw new FormatException("`python` is missing");
        var prefix = element.RequiredText("prefix");
        var paths = new DocumentPaths(prefix);
        var version = document.RequiredText("python_version");
        var parts = version.Split('.');
        return new PythonEnvironment
        {
            Prefix = prefix,
            BasePrefix = element.Text("base_prefix") ?? prefix,
            Executable = document.Text("python_executable"),
            PythonVersion = version,
            Major = parts.Length > 0 && int.TryParse(parts[0], out var major) ? major : 0,
            Minor = parts.Length > 1 && int.TryParse(parts[1], out var minor) ? minor : 0,
            Implementation = element.Text("implementation") ?? "cpython",
            FreeThreaded = element.Flag("free_threaded") ?? false,
            PathStyle = (PathStyle)DocumentWords.PathStyles.Value(element.Text("path_style")),
            IsVirtualEnvironment = element.Flag("virtual_environment") ?? false,
            IncludesSystemSitePackages = element.Flag("includes_system_site_packages") ?? true,
            UserSite = element.Text("user_site"),
            SitePackages = paths.Expand(element.Text("site_packages") ?? string.Empty),
            SearchPath = element.Objects("search_path", entry => new SearchPathEntry(
                paths.Expand(entry.Text("path") ?? string.Empty),
                (SearchPathKind)DocumentWords.SearchPaths.Value(entry.Text("kind")),
                entry.Text("added_by") is { } addedBy ? paths.Expand(addedBy) : null)),
            PthImports = element.Objects("pth_imports", import => new PthImport(
                paths.Expand(import.Text("path") ?? string.Empty), import.Text("module") ?? string.Empty)),
            Layers = document.Objects("layers", layer => new EnvironmentLayer(
                (EnvironmentLayerKind)DocumentWords.Layers.Value(layer.Text("kind")), layer.Text("prefix") ?? string.Empty)
            {
                Creator = layer.Text("creator"),
                ExternallyManaged = layer.Flag("externally_managed") ?? false,
            }),
            CondaName = document.Text("conda_env_name"),
        };
    }
}

/// <summary>Paths in a document: relative to the prefix where they lie in it, with forward slashes.</summary>
internal sealed class DocumentPaths(string prefix)
{
    private readonly string _folder = prefix.TrimEnd('/', '\\');

    public string Shorten(string path)
    {
        if (path.Length > _folder.Length + 1
            && path.StartsWith(_folder, StringComparison.Ordinal)
            && path[_folder.Length] is '/' or '\\')
        {
            return path[(_folder.Length + 1)..].Replace('\\', '/');
        }

        return path == _folder ? "." : path;
    }

    public string Expand(string path) =>
        path == "." ? _folder : Path.IsPathRooted(path) || path.Contains(':', StringComparison.Ordinal)
            ? path
            : Path.Join(_folder, path);
}
