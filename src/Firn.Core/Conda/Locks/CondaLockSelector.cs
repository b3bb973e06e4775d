using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda.Locks;

/// <summary>Picks the packages of a platform and of categories, each once.</summary>
internal static class CondaLockSelector
{
    public static CondaLockSelection Select(CondaLock file, string platform, IReadOnlyCollection<string> categories)
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
                && IsNew(pipSeen, Python.CanonicalName.Of(wheel.Name), wheel, wheel.Url ?? wheel.Version, static p => p.Url ?? p.Version, problems))
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
