using System.Collections.Immutable;

namespace Firn.Analyses.Running;

/// <summary>Changes of an environment or an analysis in one line.</summary>
internal static class ChangeText
{
    private const int Most = 6;

    /// <summary>The first of them, and how many there are more: another environment differs in hundreds of packages.</summary>
    public static string Of(ImmutableArray<string> changes) => changes.Length <= Most + 1
        ? string.Join("; ", changes)
        : $"{string.Join("; ", changes.AsSpan(0, Most).ToArray())}; and {changes.Length - Most} more";
}
