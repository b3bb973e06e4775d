namespace Firn.Captures.Archives.Projects;

/// <summary>Folders of a project that tools fill and can fill again, and those of version control.</summary>
internal static class ProjectFolders
{
    private static readonly HashSet<string> Caches = new(StringComparer.Ordinal)
    {
        "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".ipynb_checkpoints",
        ".cache", ".eggs", "node_modules", ".pixi",
    };

    private static readonly HashSet<string> VersionControl = new(StringComparer.OrdinalIgnoreCase)
    {
        ".git", ".hg", ".svn", ".bzr", "CVS", "_darcs", ".jj",
    };

    /// <summary>Whether the folder is a cache by its name and the name of the folder around it.</summary>
    public static bool IsCache(string name, string parent) =>
        Caches.Contains(name) || (parent == "build" && IsBuildStep(name));

    public static bool IsVersionControl(string name) => VersionControl.Contains(name);

    /// <summary>Whether another environment lies there.</summary>
    public static bool IsEnvironment(string folder) =>
        File.Exists(Path.Join(folder, "pyvenv.cfg")) || Directory.Exists(Path.Join(folder, "conda-meta"));

    /// <summary>What setuptools leaves in <c>build</c>: <c>lib</c>, <c>lib.linux-x86_64-cpython-311</c>, <c>temp...</c>, <c>bdist...</c>.</summary>
    private static bool IsBuildStep(string name) =>
        name == "lib" || name.StartsWith("lib.", StringComparison.Ordinal)
        || name.StartsWith("temp.", StringComparison.Ordinal) || name.StartsWith("bdist.", StringComparison.Ordinal);
}
