using System.Collections.Immutable;

namespace Firn.Conda;

/// <summary>The files of a conda package that other readers look at; all paths relative to the prefix, as recorded.</summary>
internal sealed record CondaPackageFiles
{
    public static readonly CondaPackageFiles None = new();

    /// <summary>Shared libraries and extension modules by their names (<c>.so</c>, <c>.so.1.2</c>), outside <c>bin</c>.</summary>
    public ImmutableArray<string> NativeLibraries { get; init; } = [];

    /// <summary>
    /// Files by which conda knows a Python package: <c>X.dist-info/RECORD</c>, <c>X.egg-info/PKG-INFO</c> and
    /// <c>X.egg-info</c>, wherever they are.
    /// </summary>
    public ImmutableArray<string> Anchors { get; init; } = [];

    /// <summary>
    /// The native libraries and anchors that are not in the prefix. Paths that would lead out of it are passed over.
    /// </summary>
    public List<string> FindMissing(string prefix)
    {
        var missing = new List<string>();
        foreach (var list in (ReadOnlySpan<ImmutableArray<string>>)[Anchors, NativeLibraries])
        {
            foreach (var path in list)
            {
                if (IsInside(path) && !File.Exists(Path.Join(prefix, path)))
                {
                    missing.Add(path);
                }
            }
        }

        return missing;
    }

    /// <summary>Whether a recorded path stays in the prefix: relative, without <c>..</c> and NUL.</summary>
    public static bool IsInside(string path)
    {
        if (path.Length == 0 || path[0] is '/' or '\\' || path.Contains('\0', StringComparison.Ordinal)
            || (path.Length > 1 && path[1] == ':'))
        {
            return false;
        }

        foreach (var range in path.AsSpan().SplitAny('/', '\\'))
        {
            if (path.AsSpan()[range] is "..")
            {
                return false;
            }
        }

        return true;
    }
}
