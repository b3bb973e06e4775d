namespace Firn.Analyses.Observation;

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
