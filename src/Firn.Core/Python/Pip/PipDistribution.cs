using System.Text;
using Firn.Common;
using Firn.Python.Discovery;
using Firn.Python.Metadata;
using Firn.Python.Versions;

namespace Firn.Python.Pip;

/// <summary>A distribution as a pip names it.</summary>
internal sealed class PipDistribution
{
    private readonly PipRules _rules;
    private readonly bool _isImportlib;

    /// <summary>Names a distribution by a pip's rules.</summary>
    public PipDistribution(InstalledMetadata metadata, PipRules rules)
    {
        Metadata = metadata;
        _rules = rules;
        _isImportlib = metadata.Backend == DiscoveryBackend.Importlib;
        RawName = ReadName();
        (Version, RawVersion) = ReadVersion();
    }

    /// <summary>What was found.</summary>
    public InstalledMetadata Metadata { get; }

    /// <summary>The name that pip prints.</summary>
    public string RawName { get; }

    /// <summary>The normalised version; <see langword="null"/> where it is none by PEP 440.</summary>
    public string? Version { get; }

    /// <summary>The version as it is printed where it is none by PEP 440; <see langword="null"/> where there is none at all.</summary>
    public string? RawVersion { get; }

    /// <summary>Whether pip finds a version at all; where it does not, it gives up without any output.</summary>
    public bool HasVersion => Version is not null || RawVersion is not null;

    /// <summary>pip: operations/freeze.py _format_as_name_version.</summary>
    public string NameAndVersion => Version is not null ? $"{RawName}=={Version}" : $"{RawName}==={RawVersion}";

    private string ReadName()
    {
        if (!_rules.RawNames)
        {
            return Metadata.FileNameName ?? Metadata.CanonicalName;
        }

        var name = _isImportlib ? Metadata.Headers?.FirstRedented("Name") : Metadata.Headers?.First("Name");
        return name ?? Metadata.CanonicalName;
    }

    private (string? Version, string? RawVersion) ReadVersion()
    {
        if (!_isImportlib)
        {
            var own = PackageResourcesVersion.Of(Metadata);
            return (own is null ? null : Pep440Version.Normalize(own), own);
        }

        var inHeaders = Metadata.Headers?.FirstRedented("Version");
        var inFileName = Metadata.FileNameVersion is { Length: > 0 } version ? version : null;
        if (!_rules.Discovery.NamesFromFileNames)
        {
            // Without a version in the headers these pips fail; the file name is better than nothing.
            var text = inHeaders ?? inFileName;
            return (text is null ? null : Pep440Version.Normalize(text), text);
        }

        var preferred = inFileName ?? inHeaders;
        return preferred is null
            ? (null, null)
            : (Pep440Version.Normalize(preferred), inHeaders ?? "None");
    }
}

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
