namespace Firn.Captures.Archives.Planning;

/// <summary>The files that may hold passwords or tokens; no archive has them (docs/formats/archive.md).</summary>
internal static class SecretFiles
{
    /// <summary>What is said of such a file.</summary>
    public const string Reason = "it may hold passwords or tokens";

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "pip.conf", "pip.ini", ".condarc", "condarc", ".netrc", "_netrc", ".pypirc", ".git-credentials", ".env",
    };

    private static readonly HashSet<string> Folders = new(StringComparer.Ordinal) { ".aws", ".docker", ".gnupg", ".kube", ".ssh" };

    /// <summary>Whether a folder of that name, met outside of an environment, is one of keys.</summary>
    public static bool IsFolder(string name) => Folders.Contains(name);

    /// <summary>Whether the path, relative to its prefix, is of such a file.</summary>
    public static bool Contains(string path) =>
        Names.Contains(path[(path.LastIndexOf('/') + 1)..])
        || path is "conda-meta/state"
        || path.StartsWith("etc/conda/env_vars.d/", StringComparison.Ordinal);
}
