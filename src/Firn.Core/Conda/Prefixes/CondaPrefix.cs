using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Conda.Prefixes;

/// <summary>A conda environment as its <c>conda-meta</c> describes it.</summary>
internal sealed record CondaPrefix
{
    /// <summary>The prefix, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The packages sorted by name; one of each name, as conda has them.</summary>
    public required ImmutableArray<CondaPackage> Packages { get; init; }

    /// <summary>The platform of the packages, for example <c>linux-64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The specs that the user asked for over the environment's life, from <c>conda-meta/history</c>.</summary>
    public ImmutableArray<string> RequestedSpecs { get; init; } = [];

    /// <summary>The specs in <c>conda-meta/pinned</c>.</summary>
    public ImmutableArray<string> PinnedSpecs { get; init; } = [];

    /// <summary>The names of the variables in <c>conda-meta/state</c>, in its order; their values are never kept.</summary>
    public ImmutableArray<string> VariableNames { get; init; } = [];

    /// <summary>Whether <c>conda-meta/history</c> is a file: what makes a folder an environment to conda.</summary>
    public bool HasHistory { get; init; }

    /// <summary>The package of this name, or <see langword="null"/>.</summary>
    public CondaPackage? Find(string name)
    {
        foreach (var package in Packages)
        {
            if (package.Name == name)
            {
                return package;
            }
        }

        return null;
    }
}

/// <summary>Reads <c>conda-meta</c> of a prefix. Nothing is run and nothing is changed.</summary>
internal sealed class CondaPrefixReader
{
    private const int RecordLimit = 32 * 1024 * 1024;
    private readonly string _metadata;
    private readonly List<Problem> _problems;
    private readonly Dictionary<string, CondaPackage> _packages = new(StringComparer.Ordinal);
    private readonly List<CondaPackage> _replaced = [];

    private CondaPrefixReader(string metadata, List<Problem> problems) => (_metadata, _problems) = (metadata, problems);

    /// <summary>Whether the folder is a conda environment, or was one: <c>conda-meta</c> is there.</summary>
    public static bool IsPrefix(string prefix) => Directory.Exists(Path.Join(prefix, "conda-meta"));

    /// <summary>Reads the environment; what cannot be read is a problem, and the rest is there.</summary>
    public static CondaPrefix Read(string prefix, List<Problem> problems)
    {
        var metadata = Path.Join(prefix, "conda-meta");
        var reader = new CondaPrefixReader(metadata, problems);
        var hasHistory = reader.ReadRecords();
        var platform = CondaPlatform.Of(reader._packages.Values);
        reader.PreferPlatform(platform);
        var packages = new List<CondaPackage>(reader._packages.Values);
        packages.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return new CondaPrefix
        {
            Path = prefix,
            Packages = [.. packages],
            Platform = platform,
            HasHistory = hasHistory,
            RequestedSpecs = CondaHistory.ReadRequestedSpecs(Path.Join(metadata, "history"), problems),
            PinnedSpecs = CondaStateFiles.ReadPinned(Path.Join(metadata, "pinned")),
            VariableNames = CondaStateFiles.ReadVariableNames(Path.Join(metadata, "state"), problems),
        };
    }

    /// <summary>Reads all records in the folder's order, and says whether there is a history.</summary>
    private bool ReadRecords()
    {
        var hasHistory = false;
        var entries = DirectoryReader.List(_metadata, out var status);
        if (status != FileReadStatus.Read)
        {
            _problems.Add(new Problem("conda-meta-unreadable", _metadata, "the conda environment's records cannot be listed"));
        }

        foreach (var entry in entries)
        {
            hasHistory |= entry.Name == "history" && entry.Kind != DirectoryEntryKind.Directory;
            // ._NAME.json are macOS's copies of attributes; conda passes them over since 26.3, before it failed.
            if (entry.Name.EndsWith(".json", StringComparison.Ordinal)
                && !entry.Name.StartsWith("._", StringComparison.Ordinal))
            {
                ReadRecord(entry.Name);
            }
        }

        return hasHistory;
    }

    private void ReadRecord(string fileName)
    {
        var path = Path.Join(_metadata, fileName);
        var content = BoundedFile.Read(path, RecordLimit);
        if (!content.IsComplete)
        {
            _problems.Add(new Problem("conda-record-unreadable", path, $"the conda record is {content.Reason}"));
            return;
        }

        if (CondaRecordReader.Read(content.Bytes, out var error) is not { } package)
        {
            _problems.Add(new Problem("conda-record-invalid", path, $"the conda record is ignored: {error}"));
            return;
        }

        if (!IsNameOf(fileName, package))
        {
            _problems.Add(new Problem(
                "conda-record-misnamed", path, "the conda record is ignored, as conda does: its name is not NAME-VERSION-BUILD.json"));
            return;
        }

        if (_packages.Remove(package.Name, out var other))
        {
            _replaced.Add(other);
            _problems.Add(new Problem(
                "conda-record-duplicate", path, $"conda-meta has several records of {package.Name}; conda takes one of them"));
        }

        _packages.Add(package.Name, package);
    }

    /// <summary>
    /// Of several records of one name conda takes the one that the folder lists last. That is kept, but for records of
    /// another platform, which can only be left over from somewhere else.
    /// </summary>
    private void PreferPlatform(string platform)
    {
        foreach (var other in _replaced)
        {
            if (IsFor(other, platform) && !IsFor(_packages[other.Name], platform))
            {
                _packages[other.Name] = other;
            }
        }
    }

    private static bool IsFor(CondaPackage package, string platform) =>
        package.Subdir is null or "noarch" || package.Subdir == platform;

    /// <summary>conda splits the file name at the last two dashes and compares (<c>_load_single_record</c>).</summary>
    private static bool IsNameOf(string fileName, CondaPackage package)
    {
        var stem = fileName.AsSpan(0, fileName.Length - ".json".Length);
        return stem.Length == package.Name.Length + package.Version.Length + package.Build.Length + 2
            && !package.Version.Contains('-', StringComparison.Ordinal)
            && !package.Build.Contains('-', StringComparison.Ordinal)
            && stem.SequenceEqual($"{package.Name}-{package.Version}-{package.Build}");
    }
}
