using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Python.Installation;
using Firn.Storage.Bundles;

namespace Firn.Archives.Verification;

/// <summary>Compares all bytecode of an environment with what its archive keeps for the same sources.</summary>
/// <param name="comparison">Takes what is found.</param>
/// <param name="bundles">The store's bundles.</param>
internal sealed class ArchivedBytecode(BytecodeComparison comparison, BundleObjects bundles)
{
    private const int MaxThreads = 16;

    /// <summary>Compares all bytecode of an environment that Python would run.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="bundles">The store's bundles.</param>
    /// <param name="trees">Its trees.</param>
    /// <param name="shipped">Bytecode that packages ship, and that differs in its bytes.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static BytecodeComparison Compare(
        ArchiveDocument archive,
        BundleObjects bundles,
        IReadOnlyList<PlannedTree> trees,
        IReadOnlyDictionary<ArchivedPackage, List<UsedBytecode>> shipped,
        CancellationToken cancellation)
    {
        // All trees are of one interpreter.
        var comparison = new BytecodeComparison(bundles, new PycHeader(trees[0].CacheTag));
        var archived = new ArchivedBytecode(comparison, bundles);
        var packages = new Dictionary<string, ArchivedPackage>(StringComparer.Ordinal);
        foreach (var package in archive.Trees.SelectMany(static tree => tree.Packages))
        {
            packages.TryAdd($"{package.Kind}/{package.Name}", package);
        }

        var work = new List<PlannedBundle>();
        foreach (var tree in trees)
        {
            foreach (var bundle in tree.Bundles)
            {
                if (bundle.Bytecode.Count > 0)
                {
                    work.Add(bundle);
                }
            }

            archived.AddUnprovable(tree);
        }

        WorkerThreads.OnCores(work.Count, MaxThreads, "firn verify", items =>
        {
            while (items.TryTake(out var index))
            {
                var bundle = work[index];
                var used = new BytecodeComposer(bundle).Pairs(items.Stop)
                    .ConvertAll(pair => new UsedBytecode(bundle.Tree.PathOf(pair.File), pair.Member.Path));
                archived.CompareCompiled(
                    packages.GetValueOrDefault($"{bundle.Kind}/{bundle.Name}"), bundle.Prefix.CacheTag, used, items.Stop);
            }
        }, cancellation);
        foreach (var (package, files) in shipped)
        {
            archived.CompareShipped(package, files, cancellation);
        }

        return comparison;
    }

    /// <summary>Adds bytecode that no archive keeps and Python uses: of archived sources that hold the prefix, and links.</summary>
    private void AddUnprovable(PlannedTree planned)
    {
        foreach (var tree in planned.Sources)
        {
            foreach (var file in tree.Files)
            {
                if (file.Use == TreeFileUse.Derived && PycName.IsInCache(file.Path)
                    && PycName.SourceOf(file.Path, planned.CacheTag) is { } path
                    && tree.Find(path) is { Use: TreeFileUse.Member or TreeFileUse.Document } && ObservedMember.IsInUse(tree, file, planned))
                {
                    comparison.AddUnknown(tree.PathOf(file), "files");
                }
            }
        }
    }

    /// <summary>Compares the bytecode of one package with its bytecode bundle, where the archive vouches for that.</summary>
    private void CompareCompiled(ArchivedPackage? package, string tag, List<UsedBytecode> files, CancellationToken cancellation)
    {
        if (files.Count == 0)
        {
            return;
        }

        try
        {
            if (package?.Bytecode is { } meant && bundles.ContainsBytecode(package.Bundle, tag)
                && bundles.BytecodeDigest(package.Bundle, tag) == meant)
            {
                using var reader = bundles.OpenBytecode(package.Bundle, tag);
                comparison.Compare(reader, package.Name, files, cancellation);
                return;
            }
        }
        catch (FirnException)
        {
            // Damaged, it proves nothing; `firn store check` names the damage.
        }

        // What an older firn archived, or the store has lost, may be anything.
        files.ForEach(file =>
        {
            if (package is { HasBytecode: true })
            {
                comparison.AddUnproven(file.Path);
            }
            else
            {
                comparison.AddUnknown(file.Path, package?.Name ?? "files");
            }
        });
    }

    /// <summary>Compares bytecode that a package ships as its own files.</summary>
    private void CompareShipped(ArchivedPackage package, List<UsedBytecode> files, CancellationToken cancellation)
    {
        try
        {
            using var reader = bundles.Open(package.Bundle);
            comparison.Compare(reader, package.Name, files, cancellation);
        }
        catch (FirnException)
        {
            files.ForEach(file => comparison.AddUnproven(file.Path));
        }
    }
}
