using System.Collections.Immutable;

namespace Firn.Common;

/// <summary>Problems from several readers as one list.</summary>
internal static class ProblemList
{
    /// <summary>Sorted by path and code; of two readers that say the same of a path the first is kept.</summary>
    public static ImmutableArray<Problem> Sorted(IEnumerable<Problem> problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var list = new List<Problem>();
        foreach (var problem in problems)
        {
            if (seen.Add($"{problem.Code} {problem.Path ?? problem.Message}"))
            {
                list.Add(problem);
            }
        }

        list.Sort(static (left, right) =>
        {
            var order = string.CompareOrdinal(left.Path, right.Path);
            return order != 0 ? order : string.CompareOrdinal(left.Code, right.Code);
        });
        return [.. list];
    }
}
