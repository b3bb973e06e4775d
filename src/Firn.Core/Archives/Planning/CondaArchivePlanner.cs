using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda;
using Firn.Conda.Prefixes;
using Firn.Python.Installation;

namespace Firn.Archives.Planning;

/// <summary>Gives the files that conda's records list to their packages.</summary>
/// <param name="planned">Takes the bundles.</param>
/// <param name="tree">The files of the prefix.</param>
/// <param name="problems">Takes what is damaged.</param>
internal sealed class CondaArchivePlanner(PlannedTree planned, InstalledTree tree, List<Problem> problems)
{
    private const int RecordLimit = 256 * 1024 * 1024;

    /// <summary>Plans a bundle for each package.</summary>
    public void Plan(IEnumerable<CondaPackage> packages)
    {
        var records = new List<CondaFileRecord>();
        foreach (var package in packages)
        {
            if (ReadRecord(package) is { } record)
            {
                records.Add(record);
            }
        }

        TakePublishedLinks(records);
        var prefixes = CondaInstalledPrefixes.Find(tree.Root, records);
        prefixes.AddRange(tree.Names.Except(prefixes));
        foreach (var record in records)
        {
            planned.Bundles.Add(Plan(record, prefixes));
        }
    }

    private CondaFileRecord? ReadRecord(CondaPackage package)
    {
        var path = Path.Join(
            tree.Root, "conda-meta", $"{package.Name}-{package.Version}-{package.Build}.json");
        var content = BoundedFile.Read(path, RecordLimit);
        var error = content.Reason;
        var record = content.IsComplete ? CondaFileRecordReader.Read(content.Bytes.ToArray(), out error) : null;
        if (record is null)
        {
            problems.Add(new Problem(
                "conda-record-not-archived", path, $"the files of {package.Name} are archived as nobody's: {error}"));
        }

        return record;
    }

    /// <summary>
    /// A link that a package ships is archived as that link, wherever it leads: what was found behind it is not the
    /// environment's.
    /// </summary>
    private void TakePublishedLinks(List<CondaFileRecord> records)
    {
        var outward = new HashSet<string>(tree.LinkedFolders.Select(static linked => linked.Path), StringComparer.Ordinal);
        outward.UnionWith(tree.LeftOut.Where(static file => file.IsMissed).Select(file => Path.GetRelativePath(tree.Root, file.Path)));
        if (outward.Count == 0)
        {
            return;
        }

        var published = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            foreach (var entry in record.Entries)
            {
                if (outward.Contains(entry.Path) && Path.Join(tree.Root, entry.Path) is var path
                    && RealPath.LinkTarget(path) is { } text && record.PublishedLink(entry, text) is not null)
                {
                    published.Add(entry.Path);
                }
            }
        }

        if (published.Count > 0)
        {
            tree.LeftOut.RemoveAll(file => IsAtOrBelow(Path.GetRelativePath(tree.Root, file.Path), published));
            foreach (var file in tree.Files.Where(file => IsAtOrBelow(Path.GetDirectoryName(file.Path) ?? string.Empty, published)))
            {
                file.Use = TreeFileUse.Derived;
            }
        }
    }

    private static bool IsAtOrBelow(string path, HashSet<string> places)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (places.Contains(path[..end]))
            {
                return true;
            }
        }

        return false;
    }

    private PlannedBundle Plan(CondaFileRecord record, IReadOnlyList<string> prefixes)
    {
        var bundle = new PlannedBundle
        {
            Kind = ArchivedPackageKind.Conda,
            Name = record.Package.Name,
            Version = record.Package.Version,
            Prefix = planned,
            Tree = tree,
            Conda = new PlannedCondaPackage(record, prefixes),
        };
        var layout = record.FindPythonLayout();
        foreach (var entry in record.Entries)
        {
            if (tree.Find(entry.Path) is { } file)
            {
                Give(bundle, entry, layout?.Packaged(entry.Path) ?? entry.Path, file);
            }
        }

        return bundle;
    }

    private void Give(PlannedBundle bundle, CondaPathEntry entry, string packaged, TreeFile file)
    {
        if (file.Use != TreeFileUse.None)
        {
            if (file.Owner != bundle)
            {
                problems.Add(new Problem(
                    "file-owned-twice",
                    tree.PathOf(file),
                    $"{bundle.Name} and {file.Owner?.Name ?? "another package"} both list this file"));
            }

            return;
        }

        switch (entry.Kind)
        {
            case CondaPathKind.Bytecode when PycName.IsInCache(entry.Path):
                // It goes to the bundle of its source.
                break;
            case CondaPathKind.Bytecode:
                file.Use = TreeFileUse.Derived;
                break;
            case CondaPathKind.EntryPoint:
                file.Use = TreeFileUse.Document;
                file.Owner = bundle;
                planned.Texts.Add(new PlannedText(entry.Path, file, tree));
                break;
            default:
                bundle.Take(file, packaged, entry.Placeholder is null ? MemberForm.AsIs : MemberForm.PrefixText);
                break;
        }
    }
}
