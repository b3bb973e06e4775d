using System.Globalization;
using System.Text;

namespace Firn.Analyses.Exports;

/// <summary>Paths as identifiers of a crate: relative URIs that keep UTF-8 (RO-Crate 1.1, "Encoding file paths").</summary>
internal static class CratePath
{
    /// <summary>What may not stand in a URI, and what would make one of another kind.</summary>
    private const string Escaped = " %\"<>\\^`{|}#?:[]";

    /// <summary>The identifier of a path.</summary>
    public static string IdOf(string path)
    {
        var id = new StringBuilder(path.Length);
        foreach (var character in path)
        {
            if (character < ' ' || character == '\u007f' || Escaped.Contains(character, StringComparison.Ordinal))
            {
                id.Append('%').Append(((int)character).ToString("X2", CultureInfo.InvariantCulture));
            }
            else
            {
                id.Append(character);
            }
        }

        return id.ToString();
    }
}
