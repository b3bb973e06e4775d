using Firn.Captures.Archives;
using Firn.Common;
using Firn.Conda.Linking;
using Firn.Python.Distributions;
using Firn.Python.Installation;
using Firn.Storage.Bundles;

namespace Firn.Captures.Verification;

/// <summary>Lists the files of an environment with what RECORD, conda's records, and an archive record of them.</summary>
internal sealed class ExpectedFileReader(
    Capture observed, ArchiveDocument? archive, ArchivedFiles archived, List<Problem> problems)
{
    private const int RecordLimit = 64 * 1024 * 1024;
    private readonly Dictionary<string, ExpectedFile> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _scripts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _condaFolders = new(StringComparer.Ordinal);
    private readonly RelocatedFiles _relocated = RelocatedFiles.Of(observed.Environment.Prefix);

    /// <summary>The files, each once, sorted by path.</summary>
    public List<ExpectedFile> Read()
    {
        AddDistributions();
        AddConda();
        AddArchived();
        var files = new List<ExpectedFile>(_files.Values);
        files.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }

    private void AddDistributions()
    {
        var reader = new DistributionFileReader();
        foreach (var distribution in observed.Distributions)
        {
            // conda's own record is better: it knows what conda changed.
            if (distribution.Owner == DistributionOwner.Conda)
            {
                continue;
            }

            var site = Path.GetDirectoryName(distribution.MetadataPath)!;
            var python = archive?.Environment.PythonFolder ?? Path.GetFileName(Path.GetDirectoryName(site)) ?? string.Empty;
            var paths = new BundlePaths(site, null, python);
            foreach (var file in reader.Read(distribution, paths, []).Files)
            {
                if (file.Role is not (RecordedFileRole.InstallerFile or RecordedFileRole.LinkFile))
                {
                    Add(distribution.CanonicalName, paths, file);
                }
            }
        }
    }

    private void Add(string owner, BundlePaths paths, RecordedFile file)
    {
        var path = Path.Join(paths.Root, file.Path);
        var expected = new ExpectedFile
        {
            Path = path,
            Owner = owner,
            RecordHash = file.Hash,
            Size = file.Size,
            Allowed = _relocated.DigestOf(path),
            Prefix = observed.Environment.Prefix,
        };
        _files[path] = archived.Complete(expected, ArchivedPackageKind.Distribution, file.BundlePath);
    }

    private void AddConda()
    {
        if (observed.Conda is null)
        {
            return;
        }

        var prefix = observed.Environment.Prefix;
        foreach (var package in observed.Conda.Packages)
        {
            var path = Path.Join(prefix, "conda-meta", $"{package.Name}-{package.Version}-{package.Build}.json");
            var content = BoundedFile.Read(path, RecordLimit);
            if (!content.IsComplete || CondaLinkRecordReader.Read(content.Memory, out _) is not { } record)
            {
                problems.Add(new Problem("conda-record-unreadable", path, $"the files of {package.Name} are not compared"));
                continue;
            }

            var overwritten = observed.Conda.Overwritten.Contains(package.Name);
            foreach (var entry in overwritten ? [] : record.Entries)
            {
                Add(package.Name, prefix, entry);
                AddFolders(entry.Path);
            }
        }

        SettleConflicts(prefix);
    }

    private void SettleConflicts(string prefix)
    {
        // The script of an entry point has no digest, and stands above files of that name.
        foreach (var path in _scripts)
        {
            _files[path] = _files[path] with { Digest = null, Others = [], Archived = null };
        }

        // A file gives way to a folder that another package has files in (CondaLinkPlan).
        foreach (var folder in _condaFolders)
        {
            var path = Path.Join(prefix, folder);
            if (_files.TryGetValue(path, out var file) && file.IsOfConda)
            {
                _files.Remove(path);
            }
        }
    }

    private void AddFolders(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0 && _condaFolders.Add(path[..slash]); slash = path.LastIndexOf('/', slash - 1))
        {
            // Up to a folder that is known.
        }
    }

    private void Add(string owner, string prefix, CondaPathEntry entry)
    {
        var path = Path.Join(prefix, entry.Path);
        // Tools disagree about the digests of links, and write entry points and bytecode without any.
        if (entry.Kind is CondaPathKind.Directory or CondaPathKind.Link or CondaPathKind.Bytecode)
        {
            return;
        }

        if (entry.Kind == CondaPathKind.EntryPoint && (!_files.TryGetValue(path, out var file) || file.IsOfConda))
        {
            _scripts.Add(path);
        }

        var digest = entry.InPrefix ?? (entry.Placeholder is null ? entry.Published : null);
        if (_files.TryGetValue(path, out var other))
        {
            // Which of the two was linked last is not recorded.
            if (other.IsOfConda && digest is { } another)
            {
                _files[path] = other.Digest is null ? other with { Digest = another } : other with { Others = other.Others.Add(another) };
            }

            return;
        }

        var expected = new ExpectedFile
        {
            Path = path,
            Owner = owner,
            IsOfConda = true,
            Digest = digest,
            Allowed = _relocated.DigestOf(path),
            Prefix = prefix,
        };
        _files[path] = archived.Complete(expected, ArchivedPackageKind.Conda, entry.Path);
    }

    /// <summary>The interpreter and what no package owns: only an archive knows their digests.</summary>
    private void AddArchived()
    {
        if (archive is null)
        {
            return;
        }

        AddTree(archive.Environment, observed.Environment.Prefix);
        if (archive.Base is { } tree)
        {
            AddTree(tree, observed.Environment.BasePrefix);
        }
    }

    private void AddTree(ArchivedTree tree, string root)
    {
        foreach (var package in tree.Packages)
        {
            if (package.Kind is not (ArchivedPackageKind.Interpreter or ArchivedPackageKind.Rest))
            {
                continue;
            }

            // The interpreter of a system's Python lies under the virtual environment that is restored of it.
            var place = package.Kind == ArchivedPackageKind.Interpreter ? observed.Environment.BasePrefix : root;
            foreach (var entry in archived.IndexOf(package.Bundle).Values)
            {
                Add(package, Path.Join(place, entry.Path), place, entry);
            }
        }
    }

    private void Add(ArchivedPackage package, string path, string place, BundleIndexEntry entry)
    {
        if (entry.Digest is null && entry.LinkTarget is null)
        {
            return;
        }

        _files.TryAdd(path, new ExpectedFile
        {
            Path = path,
            Owner = package.Name,
            LinkTarget = entry.LinkTarget,
            Archived = entry,
            Allowed = _relocated.DigestOf(path),
            Prefix = place,
        });
    }
}
