using Firn.Restore.Results;

namespace Firn.Cli.Output;

/// <summary>How the files of a prefix came there, for people.</summary>
internal static class LinkModesText
{
    /// <summary>For example <c>46,261 hard links, 249 copies</c>.</summary>
    public static string Of(RestoreCounts counts)
    {
        var modes = new List<string>();
        Add(modes, counts.Linked, "hard links");
        Add(modes, counts.Cloned, "reflinks");
        Add(modes, counts.Copied, "copies");
        return string.Join(", ", modes);
    }

    private static void Add(List<string> modes, long count, string name)
    {
        if (count > 0)
        {
            modes.Add($"{count:N0} {name}");
        }
    }
}
