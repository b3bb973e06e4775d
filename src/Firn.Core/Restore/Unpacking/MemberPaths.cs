using Firn.Captures.Archives;
using Firn.Restore.Planning;

namespace Firn.Restore.Unpacking;

/// <summary>Where the members of a package's bundle go, relative to the restored prefix.</summary>
internal sealed class MemberPaths
{
    private const string VirtualHeaders = "include/site/";
    private readonly string _root;
    private readonly bool _movesHeaders;
    private readonly bool _dropsOwnFolder;
    private readonly Func<string, string>? _condaTarget;
    private readonly IReadOnlySet<string>? _only;

    /// <param name="job">The package.</param>
    /// <param name="condaTarget">Of a conda package: the place of its own path in the prefix.</param>
    public MemberPaths(PackageJob job, Func<string, string>? condaTarget = null)
    {
        var package = job.Package;
        _root = job.Target.Below(package.Root).TrimEnd('/');
        _movesHeaders = job.Target.IsWholePython && package.Kind == ArchivedPackageKind.Distribution;
        _dropsOwnFolder = package.Kind == ArchivedPackageKind.Rest;
        _condaTarget = condaTarget;
    }

    private MemberPaths(MemberPaths all, IReadOnlySet<string> only)
    {
        _root = all._root;
        _movesHeaders = all._movesHeaders;
        _dropsOwnFolder = all._dropsOwnFolder;
        _condaTarget = all._condaTarget;
        _only = only;
    }

    /// <summary>The same, all members but some left out.</summary>
    public MemberPaths Only(IReadOnlySet<string> places) => new(this, places);

    /// <summary>The place of a member, or of a folder of members; <see langword="null"/> where it is left out.</summary>
    public string? Of(string path)
    {
        if (_condaTarget is not null)
        {
            path = _condaTarget(path);
        }
        else if (_movesHeaders && path.StartsWith(VirtualHeaders, StringComparison.Ordinal))
        {
            path = string.Concat("include/", path.AsSpan(VirtualHeaders.Length));
        }
        else if (_dropsOwnFolder && (path == RestoredFolder.Name
            || path.StartsWith(RestoredFolder.Name + "/", StringComparison.Ordinal)))
        {
            // What an earlier restore noted of itself.
            return null;
        }

        path = _root.Length == 0 ? path : path.Length == 0 ? _root : $"{_root}/{path}";
        return _only is null || _only.Contains(path) ? path : null;
    }
}
