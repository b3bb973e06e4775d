using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Prefixes;
using Firn.Python.Distributions;
using Firn.Python.Installation;
using Firn.Python.Records;

namespace Firn.Captures.Verification;

/// <summary>Lists the files of an environment with what RECORD and conda's records say of them.</summary>
internal sealed class ExpectedFileReader(Capture observed, List<Problem> problems)
{
    private const int RecordLimit = 64 * 1024 * 1024;
    private readonly Dictionary<string, RecordedExpectation> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _scripts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _condaFolders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Sha256Digest> _relocated =
        RestoreNote.Read(observed.Environment.Prefix, out _)?.DigestsBelow(observed.Environment.Prefix) ?? [];

    /// <summary>Files and folders that belong to distributions without a list of files, absolute.</summary>
    public HashSet<string> Likely { get; } = new(StringComparer.Ordinal);

    /// <summary>The files, each once, sorted by path.</summary>
    public List<RecordedExpectation> Read()
    {
        AddDistributions();
        AddConda();
        var files = new List<RecordedExpectation>(_files.Values);
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
            var paths = new BundlePaths(site, null, Path.GetFileName(Path.GetDirectoryName(site)) ?? string.Empty);
            var files = reader.Read(distribution, paths, []);
            foreach (var likely in files.Likely)
            {
                Likely.Add(Path.Join(paths.Root, likely));
            }

            foreach (var file in files.Files)
            {
                if (file.Role != RecordedFileRole.InstallerFile && !IsMovedByPackager(distribution, Path.Join(paths.Root, file.Path), site))
                {
                    Add(distribution.CanonicalName, paths, file);
                }
            }
        }
    }

    /// <summary>
    /// Whether the operating system's package has put it elsewhere: Debian's pip lists <c>../scripts/pip</c>, which is
    /// <c>/usr/bin/pip</c>, and its RECORD was never true of what lies outside of its folder.
    /// </summary>
    private static bool IsMovedByPackager(Distribution distribution, string path, string site) =>
        distribution.Owner == DistributionOwner.System && !path.StartsWith(site + "/", StringComparison.Ordinal) && !Path.Exists(path);

    private void Add(string owner, BundlePaths paths, RecordedFile file)
    {
        var path = Path.Join(paths.Root, file.Path);
        if (path.Contains('\\', StringComparison.Ordinal) && !Path.Exists(path))
        {
            // A wheel that was built on Windows.
            path = path.Replace('\\', '/');
        }

        if (_files.TryGetValue(path, out var known))
        {
            _files[path] = known with { Hashes = known.Hashes.Add(file.Hash) };
            return;
        }

        _files[path] = new RecordedExpectation { Path = path, Owner = owner, Hashes = [file.Hash], Restored = _relocated.GetValueOrDefault(path) };
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
            if (!content.IsComplete || CondaFileRecordReader.Read(content.Memory, out _) is not { } record)
            {
                problems.Add(new Problem("conda-record-unreadable", path, $"the files of {package.Name} are not compared"));
                continue;
            }

            var overwritten = observed.Conda.Overwritten.Contains(package.Name);
            foreach (var entry in overwritten ? [] : record.Entries)
            {
                Add(package.Name, prefix, entry, record.LinkSource);
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
            _files[path] = _files[path] with { Digests = [], Hashes = [] };
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

    private void Add(string owner, string prefix, CondaPathEntry entry, string? linkSource)
    {
        var path = Path.Join(prefix, entry.Path);
        // Python makes bytecode again, of whatever was shipped or not.
        if (entry.Kind is CondaPathKind.Directory or CondaPathKind.Bytecode || PycName.IsInCache(entry.Path))
        {
            return;
        }

        if (entry.Kind == CondaPathKind.EntryPoint && (!_files.TryGetValue(path, out var file) || file.IsOfConda))
        {
            _scripts.Add(path);
        }

        var digests = DigestsOf(path, entry, linkSource);
        if (_files.TryGetValue(path, out var other))
        {
            // Which of the two was linked last is not recorded.
            if (other.IsOfConda)
            {
                _files[path] = other with { Digests = other.Digests.AddRange(digests) };
            }

            return;
        }

        _files[path] = new RecordedExpectation
        {
            Path = path,
            Owner = owner,
            IsOfConda = true,
            Digests = digests,
            IsLink = entry.Kind == CondaPathKind.Link && digests.IsEmpty,
            Restored = _relocated.GetValueOrDefault(path),
        };
    }

    /// <summary>
    /// Tools disagree about the digests of links that a package ships, and write entry points without any. An environment
    /// that was linked softly has every file as a link into the folder of the package: its digests are those of the file.
    /// </summary>
    private static ImmutableArray<Sha256Digest> DigestsOf(string path, CondaPathEntry entry, string? linkSource)
    {
        if (entry.Kind == CondaPathKind.Link)
        {
            return linkSource is { Length: > 1 } && RealPath.LinkTarget(path) is { } target && target.StartsWith('/')
                && RealPath.IsWithin(target, linkSource.TrimEnd('/'))
                    ? [.. new[] { entry.InPrefix, entry.Published }.OfType<Sha256Digest>()]
                    : [];
        }

        return (entry.InPrefix ?? (entry.Placeholder is null ? entry.Published : null)) is { } digest ? [digest] : [];
    }
}
