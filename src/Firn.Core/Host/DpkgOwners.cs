using Firn.Common;

namespace Firn.Host;

/// <summary>
/// Tells which Debian package a file is from, out of dpkg's own files (<c>dpkg -S</c> without dpkg). Lists that are
/// likely to have the path are read first; all of them only if that is not enough.
/// </summary>
internal sealed class DpkgOwners
{
    private const string Manager = "dpkg";
    private const string ListSuffix = ".list";
    private const string SumsSuffix = ".md5sums";
    // A line of .md5sums: 32 digits and two spaces; the path follows without its slash.
    private const int SumsSkip = 34;

    private readonly FileBuffer _buffer = new();
    private readonly string _folder;
    private readonly string _distroless;
    private readonly UsrMerge _merge;

    public DpkgOwners(Surroundings surroundings)
    {
        _folder = surroundings.SystemPath("/var/lib/dpkg/info");
        _distroless = surroundings.SystemPath("/var/lib/dpkg/status.d");
        _merge = new UsrMerge(surroundings);
        IsPresent = Directory.Exists(_folder) || Directory.Exists(_distroless);
    }

    /// <summary>Whether the system has a dpkg database.</summary>
    public bool IsPresent { get; }

    /// <summary>The owners of libraries.</summary>
    /// <param name="paths">Absolute real paths.</param>
    /// <param name="architecture">The interpreter's architecture in dpkg's words, or <see langword="null"/>.</param>
    public Dictionary<string, SystemPackage> FindOwnersOfLibraries(IEnumerable<string> paths, string? architecture)
    {
        var wanted = Want(paths);
        foreach (var file in wanted.Files)
        {
            if (file.Owner is not null)
            {
                continue;
            }

            foreach (var guess in DebianPackageNames.Guess(Path.GetFileName(file.Path)))
            {
                SearchGuess(wanted, guess, architecture);
                if (file.Owner is not null)
                {
                    break;
                }
            }
        }

        SearchAll(wanted, "lib");
        return Packages(wanted);
    }

    /// <summary>
    /// The owners of any files or folders, for example of the <c>.dist-info</c> folders that apt installed: all paths in
    /// one pass, lists of packages whose name starts with <paramref name="likelyPrefix"/> first.
    /// </summary>
    public Dictionary<string, SystemPackage> FindPackagesOf(IEnumerable<string> paths, string likelyPrefix = "python3-")
    {
        var wanted = Want(paths);
        SearchAll(wanted, likelyPrefix);
        return Packages(wanted);
    }

    private WantedPaths Want(IEnumerable<string> paths)
    {
        var wanted = new WantedPaths();
        foreach (var path in paths)
        {
            // Debian Policy 9.1.2: no package ships files in /usr/local. NVIDIA's packages do.
            var isLocal = path.StartsWith("/usr/local/", StringComparison.Ordinal)
                && !path.StartsWith("/usr/local/cuda", StringComparison.Ordinal);
            if (!isLocal && !path.StartsWith("/home/", StringComparison.Ordinal)
                && !path.StartsWith("/root/", StringComparison.Ordinal))
            {
                wanted.Add(path, _merge.Spellings(path));
            }
        }

        var diversions = wanted.Missing == 0 ? [] : _buffer.Read(Path.Join(_folder, "../diversions"));
        if (!diversions.IsEmpty)
        {
            DpkgDiversions.Apply(diversions, wanted, _merge);
        }

        return wanted;
    }

    private void SearchGuess(WantedPaths wanted, string package, string? architecture)
    {
        if (architecture is not null)
        {
            SearchList(wanted, $"{package}:{architecture}");
        }

        SearchList(wanted, package);
    }

    private void SearchList(WantedPaths wanted, string package)
    {
        var list = _buffer.Read(Path.Join(_folder, package + ListSuffix));
        wanted.Search(list, package, skip: 1);
    }

    private void SearchAll(WantedPaths wanted, string likelyPrefix)
    {
        if (wanted.Missing == 0)
        {
            return;
        }

        var names = DirectoryReader.List(_folder, out _);
        SearchLists(wanted, names, likelyPrefix, likely: true);
        SearchLists(wanted, names, likelyPrefix, likely: false);
        if (wanted.Missing > 0)
        {
            SearchDistroless(wanted);
        }
    }

    private void SearchLists(
        WantedPaths wanted, IReadOnlyList<DirectoryEntry> names, string likelyPrefix, bool likely)
    {
        foreach (var entry in names)
        {
            if (wanted.Missing == 0)
            {
                return;
            }

            if (entry.Name.EndsWith(ListSuffix, StringComparison.Ordinal)
                && entry.Name.StartsWith(likelyPrefix, StringComparison.Ordinal) == likely)
            {
                SearchList(wanted, entry.Name[..^ListSuffix.Length]);
            }
        }
    }

    /// <summary>distroless images have no lists: a file with the package's fields and one with its files' digests.</summary>
    private void SearchDistroless(WantedPaths wanted)
    {
        foreach (var entry in DirectoryReader.List(_distroless, out _))
        {
            if (entry.Name.EndsWith(SumsSuffix, StringComparison.Ordinal))
            {
                var sums = _buffer.Read(Path.Join(_distroless, entry.Name));
                wanted.Search(sums, entry.Name[..^SumsSuffix.Length], SumsSkip);
            }
        }
    }

    private Dictionary<string, SystemPackage> Packages(WantedPaths wanted)
    {
        var versions = new DpkgVersions();
        foreach (var file in wanted.Files)
        {
            if (file.Owner is not null)
            {
                versions.Want(file.Owner);
            }
        }

        var packages = new Dictionary<string, SystemPackage>(StringComparer.Ordinal);
        if (versions.IsEmpty)
        {
            return packages;
        }

        versions.Read(_buffer.Read(Path.Join(_folder, "../status")));
        versions.ReadDistroless(_distroless, _buffer);
        foreach (var file in wanted.Files)
        {
            if (file.Owner is not null)
            {
                var (name, version) = versions.Of(file.Owner);
                packages[file.Path] = new SystemPackage(Manager, name, version);
            }
        }

        return packages;
    }
}
