namespace Firn.Common;

/// <summary>Lists what a message names, as far as one line holds it.</summary>
internal static class ShortList
{
    private const int MaxCount = 12;

    /// <summary>The first of them, and how many more there are.</summary>
    /// <param name="items">What is named.</param>
    /// <param name="separator">What stands between two.</param>
    public static string Of<T>(IReadOnlyCollection<T> items, string separator = "; ") =>
        string.Join(separator, items.Take(MaxCount))
        + (items.Count > MaxCount ? $"{separator}and {items.Count - MaxCount} more" : string.Empty);
}
