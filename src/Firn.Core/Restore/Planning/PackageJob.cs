using Firn.Captures.Archives;
using Firn.Conda.Linking;

namespace Firn.Restore.Planning;

/// <summary>One package of a tree that is to be written.</summary>
/// <param name="Target">The tree.</param>
/// <param name="Package">Its bundle, and what the installation added.</param>
/// <param name="Rank">Which of two packages wins a path: the higher.</param>
internal sealed record PackageJob(TreeTarget Target, ArchivedPackage Package, int Rank)
{
    /// <summary>Of a conda package: how its files fit into the prefix.</summary>
    public CondaRestoreMembers? Conda { get; init; }

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
