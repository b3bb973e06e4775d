using System.Collections.Immutable;
using Firn.Common;

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
    public CondaLockSelection Packages(string platform, IReadOnlyCollection<string>? categories = null) =>
        CondaLockSelector.Select(this, platform, categories is { Count: > 0 } ? categories : [DefaultCategory]);
}
