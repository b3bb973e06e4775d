using Firn.Host;

namespace Firn.Restore.Planning;

/// <summary>The prefixes that compiled files were linked against, and where a restore puts them.</summary>
internal static class RunPathMoves
{
    public static List<RunPathMove> Of(RestorePlan plan)
    {
        var moves = new List<RunPathMove>();
        foreach (var target in plan.Targets)
        {
            moves.Add(new RunPathMove(target.Tree.Prefix, target.Root));
            foreach (var name in target.Tree.OtherNames)
            {
                moves.Add(new RunPathMove(name, target.Root));
            }
        }

        return moves;
    }
}
