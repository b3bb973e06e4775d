using Firn.Common;

namespace Firn.Host;

/// <summary>Small text files of <c>/proc</c>, <c>/sys</c> and <c>/etc</c>.</summary>
internal static class SystemText
{
    private const int Limit = 256 * 1024;

    /// <summary>The whole text, or <see langword="null"/>.</summary>
    public static string? All(Surroundings surroundings, string path) =>
        BoundedFile.ReadText(surroundings.SystemPath(path), Limit);

    /// <summary>The first line, trimmed; <see langword="null"/> where there is none or it is empty.</summary>
    public static string? Line(Surroundings surroundings, string path)
    {
        if (All(surroundings, path) is not { } text)
        {
            return null;
        }

        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = (end < 0 ? text : text[..end]).Trim();
        return line.Length == 0 ? null : line;
    }
}
