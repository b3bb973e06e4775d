using System.Text;

using Firn.Common;

namespace Firn.Python.Pip;

/// <summary>
/// The version of a distribution in pkg_resources: that of the file name, but the metadata's own for an egg-info and
/// where the file name has none (pip: _vendor/pkg_resources/__init__.py, _reload_version, _version_from_file).
/// </summary>
internal static class PackageResourcesVersion
{
    private const int Limit = 1 << 20;

    /// <summary>The version, made safe; <see langword="null"/> where there is none.</summary>
    public static string? Of(InstalledMetadata metadata)
    {
        if (metadata.FileNameVersion is { } version && metadata.Kind != MetadataKind.EggInfo)
        {
            return version;
        }

        return InMetadata(metadata) ?? metadata.FileNameVersion;
    }

    private static string? InMetadata(InstalledMetadata metadata)
    {
        var value = metadata.Headers?.First("Version") ?? InAnyLine(metadata);
        var safe = value is null ? string.Empty : EggName.SafeVersion(PythonText.Strip(value).ToString());
        return safe.Length == 0 ? null : safe;
    }

    /// <summary>pkg_resources does not parse headers: a line of the description that starts so would do.</summary>
    private static string? InAnyLine(InstalledMetadata metadata)
    {
        foreach (var name in metadata.HeaderFiles)
        {
            var content = metadata.Files.Read(name, Limit);
            foreach (var line in new TextLines(Encoding.UTF8.GetString(content.Bytes).AsSpan()))
            {
                var stripped = PythonText.Strip(line);
                if (stripped.StartsWith("version:", StringComparison.OrdinalIgnoreCase))
                {
                    return stripped["version:".Length..].ToString();
                }
            }
        }

        return null;
    }
}
