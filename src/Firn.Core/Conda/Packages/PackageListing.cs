using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Packages;

/// <summary>Brings the list of a package's paths and the members of its archive together.</summary>
internal sealed class PackageListing(PackageFiles files, PackageFailure failure, List<Problem> problems)
{
    private const string Info = "info/";

    /// <summary>One hostile archive is not to fill the screen.</summary>
    private const int MaxProblems = 20;
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);

    /// <summary>The paths to link, in the package's order, each once and each with what the archive has.</summary>
    /// <exception cref="FirnException">A path may not be linked, or is not in the archive as it is listed.</exception>
    public ImmutableArray<LinkedPath> Read()
    {
        var paths = files.Read(PathsJsonReader.Path, PackageFiles.MaxListLength) is { } json
            ? new PathsJsonReader(failure).Read(json)
            : new LegacyPathsReader(files, failure).Read();
        var linked = ImmutableArray.CreateBuilder<LinkedPath>(paths.Length);
        foreach (var path in paths)
        {
            if (Link(path) is { } one)
            {
                linked.Add(one);
            }
        }

        FindUnlisted();
        FindCollisions(linked);
        return linked.DrainToImmutable();
    }

    private LinkedPath? Link(CondaPathEntry path)
    {
        path = path.Kind == CondaPathKind.Directory ? path with { Path = path.Path.TrimEnd('/') } : path;
        if (path.Path.StartsWith(Info, StringComparison.Ordinal))
        {
            problems.Add(new Problem("conda-path-passed-over", path.Path, $"{failure.Package} lists what belongs to the package alone"));
            return null;
        }

        if (!CondaPaths.IsAllowed(path.Path))
        {
            throw failure.Refused($"it lists {path.Path}, which would leave the prefix or belongs to the installer");
        }

        if (!_listed.Add(path.Path))
        {
            throw failure.Refused($"it lists {path.Path} twice");
        }

        var member = files.Contents.Find(path.Path);
        if (path.Kind == CondaPathKind.Directory)
        {
            return member is null or { IsDirectory: true }
                ? new LinkedPath(path, member)
                : throw failure.Damaged($"{path.Path} is listed as a folder and is none");
        }

        if (member is null or { IsDirectory: true })
        {
            throw failure.Damaged($"it lists {path.Path}, which the archive does not have");
        }

        CheckContent(path, member);
        return new LinkedPath(path, member);
    }

    private void CheckContent(CondaPathEntry path, PackageMember member)
    {
        if (member.File is not { } file)
        {
            if (path.Kind != CondaPathKind.Link)
            {
                problems.Add(new Problem("conda-path-is-link", path.Path, $"{failure.Package} lists a link as a file"));
            }

            return;
        }

        if (path.Kind == CondaPathKind.Link && (path.Size is { } target ? target != file.Length : path.Published is null && file.Length == 0))
        {
            throw failure.Damaged($"{path.Path} is listed as a link and is a file; the archive was made by a program that loses links");
        }

        if (path.Size is { } size && size != file.Length)
        {
            throw failure.Damaged($"{path.Path} has {file.Length} bytes, and paths.json says {size}");
        }
    }

    /// <summary>Files that the package has and does not list are not linked, as conda does it.</summary>
    private void FindUnlisted()
    {
        var count = 0;
        foreach (var member in files.Contents.Members)
        {
            if (!member.IsDirectory && !member.Path.StartsWith(Info, StringComparison.Ordinal) && !_listed.Contains(member.Path)
                && ++count <= MaxProblems)
            {
                problems.Add(new Problem("conda-file-unlisted", member.Path, $"{failure.Package} has a file that it does not list; it is left out"));
            }
        }

        if (count > MaxProblems)
        {
            problems.Add(new Problem("conda-file-unlisted", null, $"{failure.Package} has {count} files that it does not list"));
        }
    }

    private void FindCollisions(IEnumerable<LinkedPath> linked)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var count = 0;
        foreach (var path in linked)
        {
            if (!seen.TryAdd(path.Path.Path, path.Path.Path) && ++count <= MaxProblems)
            {
                problems.Add(new Problem(
                    "conda-case-collision",
                    path.Path.Path,
                    $"{failure.Package} has two paths that differ in case alone, the other is {PackageFailure.Shown(seen[path.Path.Path])}"));
            }
        }
    }
}

/// <summary>A path to link and what the archive has there.</summary>
/// <param name="Path">As the package lists it.</param>
/// <param name="Member">In the archive; <see langword="null"/> for a folder that the package only declares.</param>
internal sealed record LinkedPath(CondaPathEntry Path, PackageMember? Member);
