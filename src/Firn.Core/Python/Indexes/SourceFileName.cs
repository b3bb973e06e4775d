namespace Firn.Python.Indexes;

/// <summary>What the name of a source archive says: <c>name-version.tar.gz</c> (packaging: utils.py parse_sdist_filename).</summary>
/// <param name="CanonicalName">The name as PEP 503 compares it.</param>
/// <param name="Version">The version.</param>
internal sealed record SourceFileName(string CanonicalName, Pep440Version Version)
{
    // pip: utils/filetypes.py; since PEP 625 only .tar.gz is written.
    private static readonly string[] Extensions =
        [".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma", ".tar"];

    /// <summary>Whether it ends as source archives do.</summary>
    public static bool HasExtension(string fileName) => StemOf(fileName) is not null;

    /// <summary>Reads a name; <see langword="null"/> where it is none of a source archive.</summary>
    /// <param name="fileName">The file's name.</param>
    /// <param name="canonicalName">The project looked for: old archives have dashes in their versions, so that only the name tells them apart.</param>
    public static SourceFileName? Parse(string fileName, string? canonicalName = null)
    {
        if (StemOf(fileName) is not { } stem)
        {
            return null;
        }

        for (var dash = stem.LastIndexOf('-'); dash > 0; dash = dash == 0 ? -1 : stem.LastIndexOf('-', dash - 1))
        {
            var name = Python.CanonicalName.Of(stem[..dash]);
            var isWanted = canonicalName is null || name == canonicalName;
            if (isWanted && Pep440Version.Parse(stem.AsSpan(dash + 1)) is { } version)
            {
                return new SourceFileName(name, version);
            }

            if (canonicalName is null || name.Length < canonicalName.Length)
            {
                break;
            }
        }

        return null;
    }

    private static string? StemOf(string fileName)
    {
        foreach (var extension in Extensions)
        {
            if (fileName.EndsWith(extension, StringComparison.OrdinalIgnoreCase) && fileName.Length > extension.Length)
            {
                return fileName[..^extension.Length];
            }
        }

        return null;
    }
}
