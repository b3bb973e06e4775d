using Firn.Common;

namespace Firn.Host;

/// <summary>Tells the environment's paths from the system's, and how they are shown.</summary>
internal sealed class EnvironmentPaths
{
    private readonly string _root;
    private readonly string _prefix;
    private readonly string? _basePrefix;

    public EnvironmentPaths(NativeLibraryRequest request)
    {
        _root = request.Surroundings.RootDirectory;
        _prefix = RealPath.Of(request.Prefix);
        _basePrefix = request.BasePrefix is { } basePrefix ? RealPath.Of(basePrefix) : null;
    }

    /// <summary>Whether the path lies in the environment or its interpreter's prefix. The system's own prefix counts as the system.</summary>
    public bool IsInside(string realPath) => IsWithin(realPath, _prefix) || IsWithin(realPath, _basePrefix);

    /// <summary>Relative to the prefix where it lies there, else as the system has it.</summary>
    public string Shown(string realPath) => RealPath.IsWithin(realPath, _prefix) && _prefix.Length > 1
        ? realPath[Math.Min(realPath.Length, _prefix.Length + 1)..]
        : OnSystem(realPath);

    /// <summary>The path without the surroundings' root.</summary>
    public string OnSystem(string realPath) =>
        _root != "/" && RealPath.IsWithin(realPath, _root) ? realPath[_root.TrimEnd('/').Length..] : realPath;

    private static bool IsWithin(string path, string? prefix) =>
        prefix is not (null or "/" or "/usr") && RealPath.IsWithin(path, prefix);
}
