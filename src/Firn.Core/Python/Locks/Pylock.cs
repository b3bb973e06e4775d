using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Indexes;
using Firn.Python.Versions;

namespace Firn.Python.Locks;

/// <summary>A lock file as PEP 751 describes it.</summary>
internal sealed record Pylock
{
    /// <summary>The versions of Python that it is for.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>The environments that it is for; empty for all.</summary>
    public ImmutableArray<Marker> Environments { get; init; } = [];

    /// <summary>The extras that it knows.</summary>
    public ImmutableArray<string> Extras { get; init; } = [];

    /// <summary>The dependency groups that it knows.</summary>
    public ImmutableArray<string> DependencyGroups { get; init; } = [];

    /// <summary>The groups that are installed unless others are asked for.</summary>
    public ImmutableArray<string> DefaultGroups { get; init; } = [];

    /// <summary>The packages.</summary>
    public ImmutableArray<PylockPackage> Packages { get; init; } = [];

    /// <summary>What is worth knowing and does not stop it, such as a newer minor version.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>The file, for messages.</summary>
    public string File { get; init; } = "pylock.toml";

    /// <summary>What is installed (PEP 751 "Installation").</summary>
    /// <param name="environment">The environment to be made.</param>
    /// <param name="pythonVersion">Its Python.</param>
    /// <param name="extras">The extras asked for.</param>
    /// <param name="groups">The groups asked for; <see langword="null"/> for the default ones.</param>
    /// <exception cref="FirnException">The lock is not for this environment, or is ambiguous there.</exception>
    public ImmutableArray<LockedDistribution> Select(
        MarkerEnvironment environment, Pep440Version pythonVersion, IReadOnlyCollection<string>? extras = null, IReadOnlyCollection<string>? groups = null)
    {
        CheckNames(extras ?? [], Extras, "extra");
        CheckNames(groups ?? [], [.. DependencyGroups, .. DefaultGroups], "dependency group");
        CheckEnvironment(environment, pythonVersion);
        var names = MarkerExtras.InLock(extras ?? [], groups ?? DefaultGroups);
        var selected = new Dictionary<string, PylockPackage>(StringComparer.Ordinal);
        var distributions = ImmutableArray.CreateBuilder<LockedDistribution>();
        foreach (var package in Packages)
        {
            if (!Applies(package, environment, names))
            {
                continue;
            }

            if (package.RequiresPython is { } requires && !requires.Contains(pythonVersion, allowPrereleases: true))
            {
                throw new FirnException(
                    $"{package.Name} of the lock requires Python {requires}, this is {pythonVersion} ({package.Origin})",
                    "take a Python that the lock is for, or lock again");
            }

            if (!selected.TryAdd(package.Name, package))
            {
                throw new FirnException(
                    $"the lock names {package.Name} twice for this environment ({selected[package.Name].Origin} and {package.Origin})",
                    "ask for other extras or groups, or lock again");
            }

            distributions.Add(Locked(package));
        }

        return distributions.DrainToImmutable();
    }

    private static bool Applies(PylockPackage package, MarkerEnvironment environment, MarkerExtras names)
    {
        if (package.Marker is null)
        {
            return true;
        }

        return package.Marker.Evaluate(environment, names) ?? throw new FirnException(
            $"the marker of {package.Name} compares what cannot be compared ({package.Origin})", "lock again");
    }

    private void CheckEnvironment(MarkerEnvironment environment, Pep440Version pythonVersion)
    {
        if (RequiresPython is { } requires && !requires.Contains(pythonVersion, allowPrereleases: true))
        {
            throw new FirnException(
                $"the lock is for Python {requires}, this is {pythonVersion}: {File}", "take a Python that the lock is for, or lock again");
        }

        if (!Environments.IsEmpty && !Environments.Any(marker => marker.Evaluate(environment)))
        {
            throw new FirnException(
                $"the lock is for other environments ({string.Join("; ", Environments)}): {File}", "lock again for this machine and this Python");
        }
    }

    private void CheckNames(IReadOnlyCollection<string> asked, ImmutableArray<string> known, string what)
    {
        foreach (var name in asked)
        {
            if (!known.Any(other => CanonicalName.Of(other) == CanonicalName.Of(name)))
            {
                throw new FirnException(
                    $"the lock has no {what} '{name}': {File}",
                    known.IsEmpty ? $"the lock has none at all" : $"it has {string.Join(", ", known)}");
            }
        }
    }

    private static LockedDistribution Locked(PylockPackage package) => new()
    {
        Name = package.Name,
        DisplayName = package.Name,
        Version = package.Version,
        Files = package.Source is null ? package.Files : package.Source.File is { } file ? [file] : [],
        DirectUrl = package.Source is null ? null : WithCommit(package.Source),
        Kind = package.Source?.Kind ?? LockedSourceKind.Wheel,
        Origin = package.Origin,
        IndexUrl = package.IndexUrl,
        Subdirectory = package.Source?.Subdirectory,
    };

    /// <summary>The URL as a requirement has it: <c>git+URL@COMMIT#subdirectory=PART</c>.</summary>
    private static string WithCommit(PylockSource source)
    {
        var url = source.CommitId is null ? source.Url : $"{source.Url}@{source.CommitId}";
        return source.Subdirectory is null ? url : $"{url}#subdirectory={source.Subdirectory}";
    }
}

/// <summary>An entry of <c>[[packages]]</c>.</summary>
internal sealed record PylockPackage
{
    /// <summary>The name as PEP 503 compares it.</summary>
    public required string Name { get; init; }

    /// <summary>The version in its normal form; left out of what is built from a moving source.</summary>
    public string? Version { get; init; }

    /// <summary>When it counts.</summary>
    public Marker? Marker { get; init; }

    /// <summary>The versions of Python that it takes.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>The repository, folder or archive; <see langword="null"/> where it has wheels or an sdist.</summary>
    public PylockSource? Source { get; init; }

    /// <summary>The wheels and, last, the sdist.</summary>
    public ImmutableArray<IndexFile> Files { get; init; } = [];

    /// <summary>The index that they came from.</summary>
    public string? IndexUrl { get; init; }

    /// <summary>Where it stands, for example <c>pylock.toml: packages[3]</c>.</summary>
    public required string Origin { get; init; }
}

/// <summary>A package's repository, folder or archive in a pylock.toml.</summary>
internal sealed record PylockSource
{
    /// <summary>Vcs, Directory, Editable or SourceArchive; Wheel where the archive is one.</summary>
    public required LockedSourceKind Kind { get; init; }

    /// <summary>The URL, with <c>git+</c> before it for a repository; of a path its <c>file:</c> URL.</summary>
    public required string Url { get; init; }

    /// <summary>The commit of a repository.</summary>
    public string? CommitId { get; init; }

    /// <summary>The part of the tree that is the project.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The archive as a file.</summary>
    public Firn.Python.Indexes.IndexFile? File { get; init; }
}
