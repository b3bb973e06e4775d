using System.Collections.Immutable;
using Firn.Python.Metadata;

namespace Firn.Python.Wheels;

/// <summary>What Firn writes into the metadata folder of a wheel that it installs (Recording installed projects; Direct URL).</summary>
internal static class InstallerFiles
{
    /// <param name="isRequested">Whether the user asked for it, not another distribution.</param>
    /// <param name="directUrl">Where it was fetched from, if that was named itself; <see langword="null"/> for a file of an index.</param>
    /// <param name="hashes">The hashes of the wheel: algorithm and hexadecimal digits.</param>
    /// <returns>Texts by file name.</returns>
    public static ImmutableSortedDictionary<string, string> Compose(
        bool isRequested, string? directUrl, IReadOnlyList<(string Algorithm, string Hex)> hashes)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        files["INSTALLER"] = "firn\n";
        if (isRequested)
        {
            files["REQUESTED"] = string.Empty;
        }

        if (directUrl is not null)
        {
            files["direct_url.json"] = DirectUrlWriter.ForArchive(directUrl, hashes);
        }

        return files.ToImmutable();
    }
}
