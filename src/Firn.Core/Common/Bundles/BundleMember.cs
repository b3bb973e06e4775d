using System.Collections.Immutable;
using Firn.Common.Tar;

namespace Firn.Common.Bundles;

/// <summary>Something that is to go into a bundle.</summary>
internal sealed record BundleMember
{
    /// <summary>Relative to the prefix, with <c>/</c> between the names.</summary>
    public required string Path { get; init; }

    /// <summary>A folder is one that a package declares and leaves empty.</summary>
    public TarEntryKind Kind { get; init; }

    /// <summary>Whether the owner may execute the file.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>Where a link leads, as it stands in the link.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The bytes of a file; of nothing else.</summary>
    public BundleContent? Content { get; init; }

    /// <summary>Where the content holds <see cref="BundleFormat.PrefixToken"/> for the prefix: offsets in bytes, ascending.</summary>
    public ImmutableArray<long> PrefixOffsets { get; init; } = [];

    /// <summary>The placeholder of a file of a conda package.</summary>
    public PrefixPlaceholder? Placeholder { get; init; }
}

/// <summary>The text that stands for the prefix in a file of a conda package, as its paths data declares it.</summary>
/// <param name="IsBinary">Whether the file keeps its length, as conda's <c>file_mode</c> "binary" says.</param>
/// <param name="Text">The placeholder.</param>
internal sealed record PrefixPlaceholder(bool IsBinary, string Text);

/// <summary>
/// A member as it stands in a bundle or in its index, all but its bytes. Its path was checked: relative, without <c>..</c>.
/// </summary>
internal sealed record BundleEntry
{
    /// <summary>Relative to the prefix, with <c>/</c> between the names.</summary>
    public required string Path { get; init; }

    public TarEntryKind Kind { get; init; }

    public bool IsExecutable { get; init; }

    /// <summary>Where a link leads. It may be absolute or climb: whoever makes the link decides.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The length of the content in bytes; 0 unless it is a file.</summary>
    public long Size { get; init; }

    /// <summary>The digest of the content, where it is known: of files, and not of bytecode.</summary>
    public Sha256Digest? Digest { get; init; }

    /// <summary>Where the content holds <see cref="BundleFormat.PrefixToken"/>: offsets in bytes, ascending, each whole within the content.</summary>
    public ImmutableArray<long> PrefixOffsets { get; init; } = [];

    public PrefixPlaceholder? Placeholder { get; init; }

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
