using Firn.Captures.Documents;
using Firn.Common.Files;
using Firn.Conda;
using Firn.Conda.Prefixes;
using Firn.Python.Distributions;
using Firn.Python.Records;

namespace Firn.Reports.Diagnosis;

/// <summary>The files that the RECORDs and conda's records of an environment list, and who lists them.</summary>
internal sealed class OwnedFiles
{
    private const int RecordLimit = 64 * 1024 * 1024;

    private readonly List<OwnedFile> _all = [];
    private readonly HashSet<string> _ofSystem = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OwnedFile> _first = new(StringComparer.Ordinal);
    private readonly List<(OwnedFile First, OwnedFile Second)> _shared = [];

    private OwnedFiles()
    {
    }

    /// <summary>Every listed file, one that two packages list twice.</summary>
    public IReadOnlyList<OwnedFile> All => _all;

    /// <summary>The files that a second package lists too.</summary>
    public IReadOnlyList<(OwnedFile First, OwnedFile Second)> Shared => _shared;

    /// <summary>
    /// Whether the record of a package tells how its files are. Distributors change files after the RECORD was written:
    /// Debian strips libraries and moves scripts.
    /// </summary>
    public bool IsTrusted(string owner) => !_ofSystem.Contains(owner);

    /// <summary>Reads the records.</summary>
    public static OwnedFiles Of(Capture capture)
    {
        var files = new OwnedFiles();
        var reader = new DistributionFileReader();
        foreach (var distribution in capture.Distributions)
        {
            // conda's own record is better: it knows what conda changed.
            if (distribution.Owner != DistributionOwner.Conda)
            {
                files.Add(distribution, reader);
            }

            if (distribution.Owner == DistributionOwner.System)
            {
                files._ofSystem.Add(distribution.CanonicalName);
            }
        }

        if (capture.Conda is { } conda)
        {
            foreach (var package in conda.Packages)
            {
                files.Add(package, capture.Environment.Prefix, conda.Overwritten.Contains(package.Name));
            }
        }

        return files;
    }

    /// <summary>The package that lists the path; <see langword="null"/> where none does.</summary>
    public string? OwnerOf(string path) => _first.TryGetValue(path, out var file) ? file.Owner : null;

    private void Add(Distribution distribution, DistributionFileReader reader)
    {
        var site = Path.GetDirectoryName(distribution.MetadataPath)!;
        var python = Path.GetFileName(Path.GetDirectoryName(site)) ?? string.Empty;
        var paths = new BundlePaths(site, null, python);
        foreach (var file in reader.Read(distribution, paths, []).Files)
        {
            if (file.Role is not (RecordedFileRole.InstallerFile or RecordedFileRole.LinkFile))
            {
                Add(new OwnedFile(Path.Join(paths.Root, file.Path), distribution.CanonicalName, file.Hash, file.Size));
            }
        }
    }

    private void Add(CondaPackage package, string prefix, bool isOverwritten)
    {
        var path = Path.Join(prefix, "conda-meta", $"{package.Name}-{package.Version}-{package.Build}.json");
        var content = BoundedFile.Read(path, RecordLimit);
        if (isOverwritten || !content.IsComplete
            || CondaFileRecordReader.Read(content.Memory, out _) is not { } record)
        {
            return;
        }

        foreach (var entry in record.Entries)
        {
            // Old records list bytecode as any other file; people and clean-ups delete it.
            if (entry.Kind == CondaPathKind.File && !entry.Path.EndsWith(".pyc", StringComparison.Ordinal))
            {
                // The size is that of the published file, which is not the installed one's where a prefix was put in.
                var size = entry.Placeholder is null ? entry.Size ?? -1 : -1;
                Add(new OwnedFile(Path.Join(prefix, entry.Path), package.Name, entry.Published?.ToString() ?? string.Empty, size));
            }
            else if (entry.Kind == CondaPathKind.Link)
            {
                // Tools disagree about the digests of links: only that it is there counts.
                Add(new OwnedFile(Path.Join(prefix, entry.Path), package.Name, "link", -1));
            }
        }
    }

    private void Add(OwnedFile file)
    {
        _all.Add(file);
        if (!_first.TryAdd(file.Path, file) && _first[file.Path] is var first && first.Owner != file.Owner)
        {
            _shared.Add((first, file));
        }
    }
}

/// <summary>A file that a package lists as its own.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Owner">The distribution's canonical name, or the conda package's name.</param>
/// <param name="Hash">As the record has it; empty where it has none. Two that are equal mean equal contents.</param>
/// <param name="Size">In bytes as recorded; -1 where that is not known of the installed file.</param>
internal sealed record OwnedFile(string Path, string Owner, string Hash, long Size);
