using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Linking;

/// <summary>
/// Which package has which path, for all packages of a prefix before anything is written. Of two packages with one path
/// and other contents the later one in the order of linking has it, as with conda; a file gives way to a folder that
/// others have files in.
/// </summary>
internal sealed class CondaLinkPlan
{
    private const int MaxLinks = 40;
    private readonly Dictionary<string, Owner> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Owner> _folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _givenWay = new(StringComparer.Ordinal);
    private readonly List<CondaLinkConflict> _conflicts = [];

    private CondaLinkPlan()
    {
    }

    /// <summary>What was in the way of what, sorted by path.</summary>
    public ImmutableArray<CondaLinkConflict> Conflicts { get; private set; } = [];

    /// <summary>Whether a package has a link that leads out of the prefix.</summary>
    public bool HasOutwardLinks { get; private set; }

    /// <summary>Makes the plan.</summary>
    /// <param name="packages">Names and paths of the packages in the order of linking: what others depend on first.</param>
    public static CondaLinkPlan Create(IReadOnlyList<(string Package, IReadOnlyList<CondaLinkTarget> Targets)> packages)
    {
        var plan = new CondaLinkPlan();
        foreach (var (package, targets) in packages)
        {
            foreach (var target in targets)
            {
                plan.Add(package, target);
            }
        }

        plan.ResolveFolders();
        plan.FindCaseCollisions();
        plan._conflicts.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path) is not 0 and var order
            ? order
            : string.CompareOrdinal(left.Loser, right.Loser));
        plan.Conflicts = [.. plan._conflicts];
        return plan;
    }

    /// <summary>The package that the path is written for; <see langword="null"/> where it is written for none.</summary>
    public string? OwnerOf(string path) => _owners.TryGetValue(path, out var owner) ? owner.Package : null;

    /// <summary>Whether the path is a file of some package in the place of a folder of others, so that it is not written.</summary>
    public bool HasGivenWay(string path) => _givenWay.Contains(path);

    /// <summary>
    /// Where a path lies once the links among its folders are followed, so that a file is never written through a link;
    /// <see langword="null"/> where a link leads out of the prefix or in a circle.
    /// </summary>
    public string? Resolve(string path)
    {
        for (var links = 0; links < MaxLinks; links++)
        {
            if (FirstLinkAbove(path) is not { } link)
            {
                return path;
            }

            if (CondaLinkText.Follow(link.Path, link.LinkText!) is not { } target)
            {
                return null;
            }

            path = target.Length == 0 ? path[(link.Path.Length + 1)..] : target + path[link.Path.Length..];
        }

        return null;
    }

    private CondaLinkTarget? FirstLinkAbove(string path)
    {
        for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (_owners.TryGetValue(path[..slash], out var owner) && owner.Target is { Kind: CondaLinkTargetKind.Link, LinkText: not null })
            {
                return owner.Target;
            }
        }

        return null;
    }

    private void Add(string package, CondaLinkTarget target)
    {
        HasOutwardLinks |= target.LinkText is { } text && CondaLinkText.Follow(target.Path, text) is null;
        if (_owners.TryGetValue(target.Path, out var other))
        {
            if (!AreSame(other.Target, target))
            {
                _conflicts.Add(new CondaLinkConflict(
                    CondaLinkConflictKind.SamePath, target.Path, package, target.Path, other.Package));
            }
        }

        var owner = new Owner(package, target);
        _owners[target.Path] = owner;
        for (var slash = target.Path.LastIndexOf('/'); slash > 0; slash = target.Path.LastIndexOf('/', slash - 1))
        {
            if (!_folders.TryAdd(target.Path[..slash], owner))
            {
                break;
            }
        }
    }

    /// <summary>A link in the place of a folder leads there, as lib64 does to lib: that is not a conflict.</summary>
    private void ResolveFolders()
    {
        foreach (var (folder, inside) in _folders)
        {
            if (_owners.TryGetValue(folder, out var owner) && owner.Target.Kind == CondaLinkTargetKind.File)
            {
                _conflicts.Add(new CondaLinkConflict(
                    CondaLinkConflictKind.FileAndFolder, folder, inside.Package, inside.Target.Path, owner.Package));
                _owners.Remove(folder);
                _givenWay.Add(folder);
            }
        }
    }

    private void FindCaseCollisions()
    {
        var byFold = new Dictionary<string, Owner>(StringComparer.OrdinalIgnoreCase);
        var paths = new List<string>(_owners.Keys);
        paths.Sort(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var owner = _owners[path];
            if (!byFold.TryAdd(path, owner))
            {
                var first = byFold[path];
                _conflicts.Add(new CondaLinkConflict(
                    CondaLinkConflictKind.CaseOnly, path, first.Package, first.Target.Path, owner.Package));
            }
        }
    }

    private static bool AreSame(CondaLinkTarget left, CondaLinkTarget right) =>
        left.Kind == right.Kind && left.Kind switch
        {
            CondaLinkTargetKind.File => left.Digest is { } digest && digest == right.Digest,
            CondaLinkTargetKind.Link => left.LinkText == right.LinkText,
            _ => true,
        };

    private sealed record Owner(string Package, CondaLinkTarget Target);
}

/// <summary>A path that a package wants to have in the prefix.</summary>
internal sealed record CondaLinkTarget
{
    /// <summary>Relative to the prefix; allowed by <see cref="CondaPaths"/>.</summary>
    public required string Path { get; init; }

    public CondaLinkTargetKind Kind { get; init; }

    /// <summary>The digest of a file's bytes as they are in the bundle.</summary>
    public Sha256Digest? Digest { get; init; }

    /// <summary>Where a link leads.</summary>
    public string? LinkText { get; init; }
}

/// <summary>What a package puts at a path.</summary>
internal enum CondaLinkTargetKind
{
    File,
    Link,
    Directory,
}

/// <summary>Two packages that want to have the same place.</summary>
/// <param name="Kind">What is in the way.</param>
/// <param name="Path">The path of the one that gives way, relative to the prefix.</param>
/// <param name="Winner">The package that has the place.</param>
/// <param name="WinnerPath">Its path: the same one, one above or below, or one that differs by case.</param>
/// <param name="Loser">The package that gives way; for names that differ by case only both are there.</param>
internal sealed record CondaLinkConflict(
    CondaLinkConflictKind Kind, string Path, string Winner, string WinnerPath, string Loser);

/// <summary>How packages get into each other's way.</summary>
internal enum CondaLinkConflictKind
{
    /// <summary>Both have the path with other contents: the later package's stays.</summary>
    SamePath,

    /// <summary>One has a file or link where the other has a folder: the folder stays.</summary>
    FileAndFolder,

    /// <summary>The names differ by case only: both are there, but not on macOS's file systems.</summary>
    CaseOnly,
}
