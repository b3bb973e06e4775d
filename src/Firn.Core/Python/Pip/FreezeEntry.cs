namespace Firn.Python.Pip;

/// <summary>Understands entries of <c>pip freeze</c>.</summary>
internal static class FreezeEntry
{
    /// <summary>The canonical name that an entry is of; empty where it names none (<c>-e /path</c> without its comment).</summary>
    public static string CanonicalNameOf(string entry)
    {
        var line = entry[(entry.LastIndexOf('\n') + 1)..];
        if (!line.StartsWith("-e ", StringComparison.Ordinal))
        {
            var end = line.AsSpan().IndexOfAny('=', ' ', '@');
            return CanonicalName.Of(end < 0 ? line : line[..end]);
        }

        var egg = line.LastIndexOf("#egg=", StringComparison.Ordinal);
        if (egg >= 0)
        {
            var name = line[(egg + 5)..];
            var end = name.IndexOf('&', StringComparison.Ordinal);
            return CanonicalName.Of(end < 0 ? name : name[..end]);
        }

        // The comment above it: `# Editable install with no version control (NAME==VERSION)`.
        var open = entry.IndexOf('(', StringComparison.Ordinal);
        var equals = open < 0 ? -1 : entry.IndexOf("==", open, StringComparison.Ordinal);
        return equals < 0 ? string.Empty : CanonicalName.Of(entry[(open + 1)..equals]);
    }
}
