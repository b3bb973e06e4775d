using System.Collections.Immutable;
using Firn.Captures.Archives;

namespace Firn.Restore.Planning;

/// <summary>Decides where the trees of an archive go (docs/decisions/0013-restored-layout.md).</summary>
internal sealed class TreeTargets(ArchiveDocument document, string prefix, BasePython? basePython)
{
    /// <summary>The trees, the environment first; the base only where it is restored.</summary>
    public ImmutableArray<TreeTarget> Create()
    {
        var targets = ImmutableArray.CreateBuilder<TreeTarget>(2);
        var tree = document.Environment;
        targets.Add(new TreeTarget
        {
            Tree = tree,
            Root = string.Empty,
            Prefix = prefix,
            IsWholePython = tree.Kind is ArchivedTreeKind.Plain or ArchivedTreeKind.Conda,
            Tokens = new TokenText(prefix, basePython?.Prefix ?? prefix, BaseExecutable(tree), Projects(tree)),
        });
        if (document.Base is { } archived && basePython is { IsArchived: true })
        {
            targets.Add(new TreeTarget
            {
                Tree = archived,
                Root = RestoredFolder.Python,
                Prefix = basePython.Prefix,
                IsWholePython = true,
                Tokens = new TokenText(basePython.Prefix, basePython.Prefix, null, []),
            });
        }

        return targets.ToImmutable();
    }

    /// <summary>The target for the interpreter of a tree that is restored as a virtual environment.</summary>
    public static TreeTarget InterpreterOf(TreeTarget environment)
    {
        var folder = Path.Join(environment.Prefix, RestoredFolder.Python);
        return environment with
        {
            Root = RestoredFolder.Python,
            Prefix = folder,
            IsWholePython = true,
            Tokens = new TokenText(folder, folder, null, []),
        };
    }

    private KeyValuePair<string, string>? BaseExecutable(ArchivedTree tree)
    {
        if (basePython is null || tree.BaseExecutable is not { } former
            || Path.Join(basePython.Prefix, former) == basePython.Executable)
        {
            return null;
        }

        return new($"{ArchiveTokens.Base}/{former}", basePython.Executable);
    }

    private List<KeyValuePair<string, string>> Projects(ArchivedTree tree)
    {
        var projects = new List<KeyValuePair<string, string>>();
        foreach (var package in tree.Packages)
        {
            if (package.Kind == ArchivedPackageKind.Project)
            {
                projects.Add(new(package.Name, Path.Join(prefix, package.Root, package.Subfolder).TrimEnd('/')));
            }
        }

        return projects;
    }
}
