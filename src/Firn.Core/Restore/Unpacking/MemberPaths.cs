using Firn.Captures.Archives;
using Firn.Conda.Linking;
using Firn.Restore.Planning;
using Firn.Storage.Bundles;

namespace Firn.Restore.Unpacking;

/// <summary>Where the members of a package's bundle go, relative to the restored prefix.</summary>
internal sealed class MemberPaths
{
    private const string VirtualHeaders = "include/site/";
    private readonly string _root;
    private readonly bool _movesHeaders;
    private readonly bool _dropsOwnFolder;
    private readonly CondaRestoreMembers? _conda;
    private readonly CondaLinkPlan? _plan;
    private readonly string _planName;

    public MemberPaths(PackageJob job)
    {
        var package = job.Package;
        _root = job.Target.Below(package.Root).TrimEnd('/');
        _movesHeaders = job.Target.IsWholePython && package.Kind == ArchivedPackageKind.Distribution;
        _dropsOwnFolder = package.Kind == ArchivedPackageKind.Rest;
        _conda = job.Conda;
        _plan = job.LinkPlan;
        _planName = job.PlanName;
    }

    /// <summary>
    /// Whether all members of a folder go to one folder under their own names, so that its place tells theirs. conda's
    /// packages are written path by path: another package may have one, or a link where this one has a folder.
    /// </summary>
    public bool AreByFolder => _conda is null && _plan is null;

    /// <summary>The places that are wanted; <see langword="null"/> for all.</summary>
    public IReadOnlySet<string>? Only { get; init; }

    /// <summary>The place of a member, or of a folder of members; <see langword="null"/> where it is left out.</summary>
    /// <exception cref="Common.FirnException">A conda package has a path that it may not have.</exception>
    public string? Of(string path)
    {
        if (_conda is not null)
        {
            path = _conda.TargetOf(new BundleEntry { Path = path });
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
        return Only is not null && !Only.Contains(path) ? null : _plan is null ? path : Planned(path);
    }

    /// <summary>The path with the links of other packages followed, unless another package has it.</summary>
    private string? Planned(string path) =>
        _plan!.HasGivenWay(path) || (_plan.OwnerOf(path) is { } owner && owner != _planName) ? null : _plan.Resolve(path);
}
