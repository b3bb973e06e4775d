using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Host.SystemPackages;

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

    private readonly ReusableFileReader _buffer = new();
    private readonly string _folder;
    private readonly string _distroless;
    private readonly UsrMerge _merge;

    public DpkgOwners(SystemContext systemContext)
    {
        _folder = systemContext.SystemPath("/var/lib/dpkg/info");
        _distroless = systemContext.SystemPath("/var/lib/dpkg/status.d");
        _merge = new UsrMerge(systemContext);
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
                SearchGuess(wanted, file, guess, architecture);
                if (file.Owner is not null)
                {
                    break;
                }
            }
        }

        var stems = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in wanted.Files)
        {
            if (file.Owner is null)
            {
                stems.Add(DebianPackageNames.Stem(Path.GetFileName(file.Path)));
            }
        }

        SearchAll(
            wanted,
            package => DebianPackageNames.HasStem(package, stems),
            static package => package.StartsWith("lib", StringComparison.Ordinal));
        return Packages(wanted);
    }

    /// <summary>
    /// The owners of any files or folders, for example of the <c>.dist-info</c> folders that apt installed: all paths in
    /// one pass, lists of packages with Python modules first.
    /// </summary>
    public Dictionary<string, SystemPackage> FindPackagesOf(IEnumerable<string> paths)
    {
        var wanted = Want(paths);
        SearchAll(wanted, static package => package.StartsWith("python3-", StringComparison.Ordinal), static _ => false);
        return Packages(wanted);
    }

    private OwnerSearch Want(IEnumerable<string> paths)
    {
        var wanted = new OwnerSearch();
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

    private void SearchGuess(OwnerSearch wanted, SearchedFile file, string package, string? architecture)
    {
        if (architecture is not null)
        {
            SearchList(wanted, $"{package}:{architecture}");
        }

        if (file.Owner is null)
        {
            SearchList(wanted, package);
        }
    }

    private void SearchList(OwnerSearch wanted, string package)
    {
        var list = _buffer.Read(Path.Join(_folder, package + ListSuffix));
        wanted.Search(list, package, skip: 1);
    }

    /// <summary>Searches every list until all is found: the likeliest first, then the likely, then the rest.</summary>
    private void SearchAll(OwnerSearch wanted, Func<string, bool> isLikeliest, Func<string, bool> isLikely)
    {
        if (wanted.Missing == 0)
        {
            return;
        }

        var names = DirectoryReader.List(_folder, out _);
        SearchLists(wanted, names, isLikeliest);
        SearchLists(wanted, names, package => isLikely(package) && !isLikeliest(package));
        SearchLists(wanted, names, package => !isLikely(package) && !isLikeliest(package));
        if (wanted.Missing > 0)
        {
            SearchDistroless(wanted);
        }
    }

    private void SearchLists(OwnerSearch wanted, IReadOnlyList<DirectoryEntry> names, Func<string, bool> isTurn)
    {
        foreach (var entry in names)
        {
            if (wanted.Missing == 0)
            {
                return;
            }

            if (entry.Name.EndsWith(ListSuffix, StringComparison.Ordinal) && isTurn(entry.Name))
            {
                SearchList(wanted, entry.Name[..^ListSuffix.Length]);
            }
        }
    }

    /// <summary>distroless images have no lists: a file with the package's fields and one with its files' digests.</summary>
    private void SearchDistroless(OwnerSearch wanted)
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

    private Dictionary<string, SystemPackage> Packages(OwnerSearch wanted)
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

/// <summary>
/// Reads <c>/var/lib/dpkg/diversions</c>: three lines each, the path in the lists, where the file went, and the package
/// that moved it, or <c>:</c> for the administrator (dpkg: lib/dpkg/db-fsys-divert.c).
/// </summary>
internal static class DpkgDiversions
{
    private const int MaxDiversions = 10_000;

    public static void Apply(ReadOnlySpan<byte> diversions, OwnerSearch wanted, UsrMerge merge)
    {
        var files = new Dictionary<string, SearchedFile>(StringComparer.Ordinal);
        foreach (var file in wanted.Files)
        {
            foreach (var spelling in merge.Spellings(file.Path))
            {
                files[spelling] = file;
            }
        }

        var lines = new string[3];
        for (var i = 0; i < MaxDiversions * 3 && !diversions.IsEmpty; i++)
        {
            var end = diversions.IndexOf((byte)'\n');
            lines[i % 3] = Encoding.UTF8.GetString(end < 0 ? diversions : diversions[..end]);
            diversions = end < 0 ? [] : diversions[(end + 1)..];
            if (i % 3 < 2)
            {
                continue;
            }

            if (files.TryGetValue(lines[1], out var moved))
            {
                wanted.AddSpelling(moved, lines[0], notBy: lines[2]);
            }

            if (files.TryGetValue(lines[0], out var stayed))
            {
                stayed.OnlyBy = lines[2];
            }
        }
    }
}
