using Firn.Common;

namespace Firn.Python;

/// <summary>The <c>.egg-link</c> files of <c>setup.py develop</c>.</summary>
internal static class EggLink
{
    /// <summary>The end of their names.</summary>
    public const string Extension = ".egg-link";

    private const int Limit = 64 * 1024;

    /// <summary>Where the link leads: its first line that is not blank, as seen from its folder.</summary>
    public static string? Target(string folder, string fileName)
    {
        var text = BoundedFile.ReadText(Path.Join(folder, fileName), Limit);
        if (text is null)
        {
            return null;
        }

        foreach (var line in new TextLines(text))
        {
            var target = PythonText.Strip(line);
            if (!target.IsEmpty)
            {
                return PythonPath.Join(folder, target.ToString());
            }
        }

        return null;
    }
}
