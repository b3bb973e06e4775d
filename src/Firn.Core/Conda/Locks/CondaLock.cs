using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Yaml;

namespace Firn.Conda.Locks;

/// <summary>A conda-lock.yml (CEP 37): the packages of several platforms and categories.</summary>
internal sealed record CondaLock
{
    /// <summary>The category that is installed where nobody asks for another (CEP 37).</summary>
    public const string DefaultCategory = "main";

    /// <summary>The file's name, for messages.</summary>
    public required string FileName { get; init; }

    /// <summary>The platforms it was made for.</summary>
    public ImmutableArray<string> Platforms { get; init; } = [];

    /// <summary>The channels, without credentials.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];

    /// <summary>The packages in the order of the file.</summary>
    public ImmutableArray<CondaLockEntry> Entries { get; init; } = [];

    /// <summary>What makes the file unusable as it stands.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>What a person should know.</summary>
    public ImmutableArray<Problem> Warnings { get; init; } = [];

    /// <summary>The categories that its packages have, sorted.</summary>
    public ImmutableArray<string> Categories
    {
        get
        {
            var names = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var entry in Entries)
            {
                names.Add(entry.Category);
            }

            return [.. names];
        }
    }

    /// <summary>The packages of one platform in the named categories; without any, in <see cref="DefaultCategory"/>.</summary>
    /// <param name="platform">Theirs.</param>
    /// <param name="canonicalName">What pip's names have in common where they mean the same project.</param>
    /// <param name="categories">Theirs.</param>
    public CondaLockSelection Packages(
        string platform, Func<string, string> canonicalName, IReadOnlyCollection<string>? categories = null) =>
        CondaLockSelector.Select(this, platform, canonicalName, categories is { Count: > 0 } ? categories : [DefaultCategory]);
}

/// <summary>One package of a conda-lock.yml: of conda or of pip.</summary>
/// <param name="Platform">The platform it is for.</param>
/// <param name="Category">The group it belongs to.</param>
/// <param name="Conda">The package, where conda installs it.</param>
/// <param name="Pip">The package, where pip does.</param>
internal sealed record CondaLockEntry(string Platform, string Category, LockedCondaPackage? Conda, LockedPipPackage? Pip);

/// <summary>What of a lock is to be installed.</summary>
/// <param name="Conda">The packages of conda; these first.</param>
/// <param name="Pip">The packages of pip.</param>
/// <param name="Problems">What makes it unusable; then the lists are empty or incomplete.</param>
internal sealed record CondaLockSelection(
    ImmutableArray<LockedCondaPackage> Conda, ImmutableArray<LockedPipPackage> Pip, ImmutableArray<Problem> Problems);

/// <summary>Picks the packages of a platform and of categories, each once.</summary>
internal static class CondaLockSelector
{
    public static CondaLockSelection Select(
        CondaLock file, string platform, Func<string, string> canonicalName, IReadOnlyCollection<string> categories)
    {
        var problems = new List<Problem>();
        if (!file.Platforms.Contains(platform))
        {
            problems.Add(new Problem(
                "lock-platform-unknown", file.FileName,
                $"the lock has nothing for {platform}; it is for {Listed(file.Platforms)}"));
        }

        var known = file.Categories;
        foreach (var category in categories)
        {
            // A lock may be empty in its main category.
            if (!known.Contains(category) && category != CondaLock.DefaultCategory)
            {
                problems.Add(new Problem(
                    "lock-category-unknown", file.FileName,
                    $"the lock has no category {category}; it has {Listed(known)}"));
            }
        }

        var conda = ImmutableArray.CreateBuilder<LockedCondaPackage>();
        var pip = ImmutableArray.CreateBuilder<LockedPipPackage>();
        var wanted = new HashSet<string>(categories, StringComparer.Ordinal);
        var condaSeen = new Dictionary<string, LockedCondaPackage>(StringComparer.OrdinalIgnoreCase);
        var pipSeen = new Dictionary<string, LockedPipPackage>(StringComparer.Ordinal);
        foreach (var entry in file.Entries)
        {
            if (entry.Platform != platform || !wanted.Contains(entry.Category))
            {
                continue;
            }

            // A package of two categories is listed with each.
            if (entry.Conda is { } package && IsNew(condaSeen, package.Name, package, package.Url, static p => p.Url, problems))
            {
                conda.Add(package);
            }
            else if (entry.Pip is { } wheel
                && IsNew(pipSeen, canonicalName(wheel.Name), wheel, wheel.Url ?? wheel.Version, static p => p.Url ?? p.Version, problems))
            {
                pip.Add(wheel);
            }
        }

        return new CondaLockSelection(conda.DrainToImmutable(), pip.DrainToImmutable(), [.. problems]);
    }

    private static bool IsNew<T>(
        Dictionary<string, T> seen, string name, T package, string? identity, Func<T, string?> identityOf, List<Problem> problems)
        where T : class
    {
        if (seen.TryAdd(name, package))
        {
            return true;
        }

        if (identityOf(seen[name]) != identity)
        {
            problems.Add(new Problem("lock-package-twice", OriginOf(package), $"{name} is there twice, also in {OriginOf(seen[name])}"));
        }

        return false;
    }

    private static string? OriginOf(object package) =>
        (package as LockedCondaPackage)?.Origin ?? (package as LockedPipPackage)?.Origin;

    private static string Listed(ImmutableArray<string> names) => names.IsEmpty ? "none" : string.Join(", ", names);
}

/// <summary>What is wrong with a file of YAML as a whole.</summary>
internal static class LockProblems
{
    /// <summary>The mapping that the file is; <see langword="null"/>, and a problem, where it is none.</summary>
    /// <param name="text">The file.</param>
    /// <param name="name">Its name.</param>
    /// <param name="documentation">Where its form is described.</param>
    /// <param name="what">What it is called.</param>
    /// <param name="problems">Takes the problem.</param>
    public static YamlMap? ReadMap(string text, string name, string documentation, string what, List<Problem> problems)
    {
        try
        {
            if (YamlDocument.Read(text, new YamlSource(name, documentation)) is YamlMap map)
            {
                return map;
            }

            problems.Add(new Problem("lock-unreadable", name, $"the {what} is not a mapping"));
        }
        catch (FirnException failure)
        {
            problems.Add(new Problem("lock-unreadable", name, $"{failure.Message}; {failure.Hint}"));
        }

        return null;
    }
}
