using System.Collections.Immutable;
using Firn.Analyses.Diagnosis.Runtimes;

namespace Firn.Analyses.Diagnosis.Checks;

/// <summary>Numeric runtimes in the words of findings.</summary>
internal static class RuntimeText
{
    /// <summary>The kinds in a row, each with who brings it: <c>libomp (LLVM) of torch and libiomp5 (Intel) of mkl</c>.</summary>
    public static string Of(IReadOnlyList<RuntimeLibrary> runtimes)
    {
        var kinds = new List<string>();
        foreach (var kind in Enum.GetValues<RuntimeKind>())
        {
            List<RuntimeLibrary> same = [.. runtimes.Where(runtime => runtime.Kind == kind)];
            if (same.Count > 0)
            {
                var packages = Packages(same);
                var who = packages.IsEmpty ? string.Empty : $" {(same.Exists(static one => one.IsShipped) ? "of" : "used by")} ";
                kinds.Add($"{RuntimeNames.NameOf(kind)}{who}{string.Join(", ", packages)}");
            }
        }

        return string.Join(" and ", kinds);
    }

    /// <summary>The runtimes as places, each with who brings it or who is linked with it.</summary>
    public static ImmutableArray<FindingPlace> Places(IEnumerable<RuntimeLibrary> runtimes) =>
        [.. runtimes.Select(static runtime => runtime.IsShipped
            ? new FindingPlace(runtime.Path, runtime.Packages[0])
            : new FindingPlace(runtime.Path, null) { UsedBy = runtime.Packages })];

    /// <summary>The packages that bring or use the runtimes.</summary>
    public static ImmutableArray<string> Packages(IEnumerable<RuntimeLibrary> runtimes) =>
        [.. runtimes.SelectMany(static runtime => runtime.Packages).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>What has to be said where symbols could not be read.</summary>
    public static string Certainty(IEnumerable<RuntimeLibrary> runtimes)
    {
        var unsure = runtimes.Where(static runtime => runtime.ByName).Select(static runtime => Path.GetFileName(runtime.Path)).ToList();
        return unsure.Count == 0 ? string.Empty : $" (told by name alone, no symbols to read: {string.Join(", ", unsure)})";
    }
}
