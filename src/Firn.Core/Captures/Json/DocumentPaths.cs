namespace Firn.Captures.Json;

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
