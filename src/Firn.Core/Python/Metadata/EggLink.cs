using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Versions;

namespace Firn.Python.Metadata;

/// <summary>The <c>.egg-link</c> files of <c>setup.py develop</c>.</summary>
internal static class EggLink
{
    /// <summary>The end of their names.</summary>
    public const string Extension = ".egg-link";

    private const int Limit = 64 * 1024;

    /// <summary>Where the link leads for pkg_resources: its first line that is not blank, as seen from its folder.</summary>
    public static string? Target(string folder, string fileName) =>
        Read(Path.Join(folder, fileName), skipsBlankLines: true) is { } target ? PythonPath.Join(folder, target) : null;

    /// <summary>What the first line of the file says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="skipsBlankLines">As pkg_resources does, and conda does not.</param>
    public static string? Read(string path, bool skipsBlankLines)
    {
        foreach (var line in new TextLines(BoundedFile.ReadText(path, Limit) ?? string.Empty))
        {
            var target = PythonText.Strip(line);
            if (!target.IsEmpty || !skipsBlankLines)
            {
                return target.ToString();
            }
        }

        return null;
    }
}

/// <summary>The file names of eggs and their metadata, as pkg_resources reads them (EGG_NAME, safe_version).</summary>
internal static class EggName
{
    /// <summary>
    /// The name is what stands before the first dash, the version what stands before the second: <c>my-pkg-1.0</c> is
    /// version <c>pkg</c> of <c>my</c>.
    /// </summary>
    public static (string? Name, string? Version) Parse(string stem)
    {
        var dash = stem.IndexOf('-', StringComparison.Ordinal);
        if (dash <= 0)
        {
            return (dash == 0 || stem.Length == 0 ? null : stem, null);
        }

        var rest = stem.AsSpan(dash + 1);
        var end = rest.IndexOf('-');
        var version = end < 0 ? rest : rest[..end];
        return (stem[..dash], version.IsEmpty ? null : version.ToString());
    }

    /// <summary>The normal form, and for what is not a PEP 440 version its letters, digits and dots.</summary>
    public static string SafeVersion(string version) =>
        Pep440Version.Normalize(version) ?? PythonText.SafeName(version.Replace(' ', '.'));
}
