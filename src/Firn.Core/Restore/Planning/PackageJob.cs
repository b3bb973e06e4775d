using Firn.Captures.Archives;

namespace Firn.Restore.Planning;

/// <summary>One package of a tree that is to be written.</summary>
/// <param name="Target">The tree.</param>
/// <param name="Package">Its bundle, and what the installation added.</param>
/// <param name="Rank">Which of two packages wins a path: the higher.</param>
internal sealed record PackageJob(TreeTarget Target, ArchivedPackage Package, int Rank)
{
    /// <summary>How messages name it, for example <c>numpy 1.26.4</c>.</summary>
    public string Name => Package.Kind switch
    {
        ArchivedPackageKind.Rest => "the files that no package owns",
        ArchivedPackageKind.Interpreter => $"Python {Target.Tree.PythonVersion}",
        ArchivedPackageKind.Project => $"the project of {Package.Name}",
        _ => Package.Version is { } version ? $"{Package.Name} {version}" : Package.Name,
    };
}
