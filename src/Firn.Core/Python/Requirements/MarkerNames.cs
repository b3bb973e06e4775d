using System.Collections.Frozen;

namespace Firn.Python.Requirements;

/// <summary>The extras and groups that a marker is asked with; all in canonical form.</summary>
internal sealed record MarkerNames
{
    /// <summary>Neither extras nor groups, in a requirement.</summary>
    public static MarkerNames Nothing { get; } = new() { Extra = string.Empty };

    /// <summary>The value of <c>extra</c>; <see langword="null"/> in lock files, which do not know it.</summary>
    public string? Extra { get; init; }

    /// <summary>The value of <c>extras</c>; <see langword="null"/> outside of lock files.</summary>
    public FrozenSet<string>? Extras { get; init; }

    /// <summary>The value of <c>dependency_groups</c>; <see langword="null"/> outside of lock files.</summary>
    public FrozenSet<string>? Groups { get; init; }

    /// <summary>Those of a lock file.</summary>
    public static MarkerNames InLock(IEnumerable<string> extras, IEnumerable<string> groups) =>
        new() { Extras = Canonical(extras), Groups = Canonical(groups) };

    private static FrozenSet<string> Canonical(IEnumerable<string> names)
    {
        var set = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            set.Add(CanonicalName.Of(name));
        }

        return set.ToFrozenSet(StringComparer.Ordinal);
    }
}
