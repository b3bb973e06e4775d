using Firn.Archives.Documents;
using Firn.Common.Bundles;
using Firn.Conda.Linking;

namespace Firn.Restore.Planning;

/// <summary>One package of a tree that is to be written.</summary>
/// <param name="Target">The tree.</param>
/// <param name="Package">Its bundle, and what the installation added.</param>
/// <param name="Rank">Which of two packages wins a path: the higher.</param>
internal sealed record PackageRestore(RestoredTree Target, ArchivedPackage Package, int Rank)
{
    /// <summary>Of a conda package: how its files fit into the prefix.</summary>
    public CondaPackageRelocation? Conda { get; init; }

    /// <summary>Who owns which path, where conda packages are in the tree; several of them may have one.</summary>
    public CondaLinkPlan? LinkPlan { get; init; }

    /// <summary>The package in <see cref="LinkPlan"/>.</summary>
    public string PlanName => $"{Package.Name} {Package.Bundle.Hex}";

    /// <summary>How messages name it, for example <c>numpy 1.26.4</c>.</summary>
    public string Name => Package.Kind switch
    {
        ArchivedPackageKind.Rest => "the files that no package owns",
        ArchivedPackageKind.Interpreter => $"Python {Target.Tree.PythonVersion}",
        ArchivedPackageKind.Project => $"the project of {Package.Name}",
        _ => Package.Version is { } version ? $"{Package.Name} {version}" : Package.Name,
    };
}

/// <summary>
/// Which of two packages with one path wins: pip's over conda's, since it was installed into the prefix of the other, those
/// over the interpreter, and what nobody owns over all.
/// </summary>
internal static class PathPrecedence
{
    /// <summary>The rank of the conda package that is linked first.</summary>
    public const int FirstOfConda = 1 << 20;

    public static int Of(ArchivedPackageKind kind, int index) => index + kind switch
    {
        ArchivedPackageKind.Interpreter => 0,
        ArchivedPackageKind.Conda => FirstOfConda,
        ArchivedPackageKind.Distribution => FirstOfConda * 2,
        ArchivedPackageKind.Project => FirstOfConda * 3,
        _ => FirstOfConda * 4,
    };
}

/// <summary>Where the members of a package's bundle go, relative to the restored prefix.</summary>
internal sealed class MemberPaths
{
    private const string VirtualHeaders = "include/site/";
    private readonly string _root;
    private readonly bool _movesHeaders;
    private readonly bool _dropsOwnFolder;
    private readonly CondaPackageRelocation? _conda;
    private readonly CondaLinkPlan? _plan;
    private readonly string _planName;

    public MemberPaths(PackageRestore job)
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
    /// <exception cref="Firn.Common.FirnException">A conda package has a path that it may not have.</exception>
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
