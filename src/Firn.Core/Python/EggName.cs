namespace Firn.Python;

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

    /// <summary>The normal form, and for what is no PEP 440 version its letters, digits and dots.</summary>
    public static string SafeVersion(string version) =>
        Pep440Version.Normalize(version) ?? PythonText.SafeName(version.Replace(' ', '.'));
}
