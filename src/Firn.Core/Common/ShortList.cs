namespace Firn.Common;

/// <summary>Lists what a message names, as far as one line holds it.</summary>
internal static class ShortList
{
    private const int Most = 12;

    /// <summary>The first of them, and how many more there are.</summary>
    /// <param name="items">What is named.</param>
    /// <param name="separator">What stands between two.</param>
    public static string Of<T>(IReadOnlyCollection<T> items, string separator = "; ") =>
        string.Join(separator, items.Take(Most))
        + (items.Count > Most ? $"{separator}and {items.Count - Most} more" : string.Empty);
}
