using System.Collections.Immutable;

namespace Firn.Storage.Bundles;

/// <summary>A member as it stands in a bundle, all but its bytes. Its path was checked: relative, without <c>..</c>.</summary>
internal sealed record BundleEntry
{
    /// <summary>Relative to the prefix, with <c>/</c> between the names.</summary>
    public required string Path { get; init; }

    public BundleMemberKind Kind { get; init; }

    public bool IsExecutable { get; init; }

    /// <summary>Where a link leads. It may be absolute or climb: whoever makes the link decides.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The length of the content in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Where the content holds <see cref="BundleFormat.PrefixToken"/>: offsets in bytes, ascending, each whole within the content.</summary>
    public ImmutableArray<long> PrefixOffsets { get; init; } = [];

    public BundlePlaceholder? Placeholder { get; init; }

    /// <summary>Whether a link leads out of the prefix: it is absolute, or climbs above the prefix.</summary>
    public bool IsOutward => LinkTarget is { } target && LeadsOut(Path, target);

    /// <summary>Whether a link at a path below the prefix leads out of the prefix: it is absolute, or climbs above it.</summary>
    /// <param name="path">The link, relative to the prefix.</param>
    /// <param name="target">Where it leads.</param>
    public static bool LeadsOut(string path, string target)
    {
        if (target.StartsWith('/'))
        {
            return true;
        }

        var depth = path.Count(c => c == '/');
        foreach (var name in target.Split('/'))
        {
            depth += name switch
            {
                "" or "." => 0,
                ".." => -1,
                _ => 1,
            };
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }
}
