using System.Text;
using Firn.Common;
using Firn.Host;
using Firn.Restore.Planning;

namespace Firn.Restore.Caching;

/// <summary>What a restore moves: the folders that run paths name, and the files that name them.</summary>
internal sealed class CachedRelocations
{
    private const int TagDigits = 32;

    public CachedRelocations(RestorePlan plan)
    {
        Moves = RunPathMoves.Of(plan);
        foreach (var target in plan.Targets)
        {
            foreach (var file in target.Tree.RunPathFiles)
            {
                Places.Add(target.Below(file));
                AddChanged(target.Below(file));
                AddChanged($"{RestoredFolder.Python}/{file}");
            }
        }
    }

    public IReadOnlyList<RunPathMove> Moves { get; }

    /// <summary>Files that get other bytes once they are there, and so must not be the cache's.</summary>
    public HashSet<string> Changed { get; } = new(StringComparer.Ordinal);

    /// <summary>The folders of those files.</summary>
    public HashSet<string> ChangedFolders { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of them that the cache may have as they will be, relative to the restored prefix.</summary>
    public HashSet<string> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The tag under which the cache has relocated files of a tree. It is made from all that the new bytes depend on beside
    /// the old ones and the place, which the list has: one bundle may have been archived from two prefixes.
    /// </summary>
    public string TagOf(TreeTarget target)
    {
        var text = new StringBuilder("firn.relocated/1\n");
        foreach (var move in Moves)
        {
            text.Append(move.OldFolder).Append('\0').Append(move.NewPlace).Append('\n');
        }

        text.Append(target.Root);
        return $"moved-{Sha256Digest.Of(Encoding.UTF8.GetBytes(text.ToString())).Hex[..TagDigits]}";
    }

    private void AddChanged(string place)
    {
        Changed.Add(place);
        ChangedFolders.Add(place[..Math.Max(place.LastIndexOf('/'), 0)]);
    }
}
