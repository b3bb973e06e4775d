using System.Globalization;
using System.Text;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Json;
using Firn.Conda;
using Firn.Host.SystemPackages;
using Firn.Python.Distributions;

namespace Firn.Captures.Exports;

/// <summary>
/// A CycloneDX 1.6 bill of materials: distributions, conda packages and the system's packages in use. The same
/// environment gives the same document, but for the time and the serial number's share of it.
/// </summary>
internal static class CycloneDxExport
{
    private const string EnvironmentReference = "environment";

    public static string Write(Capture capture)
    {
        var components = Components(capture);
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
        json.String("bomFormat", "CycloneDX");
        json.StartArray("components");
        foreach (var component in components.Values)
        {
            component.Write(json);
        }

        json.EndArray();
        WriteDependencies(json, components.Keys);
        WriteMetadata(json, capture);
        json.String("serialNumber", SerialNumber(capture));
        json.String("specVersion", "1.6");
        json.Number("version", 1);
        json.EndObject();
        return Encoding.UTF8.GetString(json.WrittenDocument);
    }

    /// <summary>By package URL, which is each component's reference; one that two sources name stands once.</summary>
    private static SortedDictionary<string, CycloneDxComponent> Components(Capture capture)
    {
        var components = new SortedDictionary<string, CycloneDxComponent>(StringComparer.Ordinal);
        foreach (var package in capture.Conda?.Packages ?? [])
        {
            Add(components, OfConda(package));
        }

        foreach (var distribution in capture.Distributions)
        {
            Add(components, OfDistribution(distribution));
        }

        foreach (var library in capture.NativeLibraries.Libraries)
        {
            if (library.SystemPackage is { } package)
            {
                Add(components, OfSystem(package, capture.Host.OperatingSystem.Id));
            }
        }

        return components;
    }

    private static void Add(SortedDictionary<string, CycloneDxComponent> components, CycloneDxComponent component) =>
        components.TryAdd(component.PackageUrl, component);

    private static CycloneDxComponent OfDistribution(Distribution distribution)
    {
        var properties = new List<KeyValuePair<string, string>>();
        AddProperty(properties, "firn:installer", distribution.Installer);
        AddProperty(properties, "firn:recorded-digest", distribution.RecordedDigest?.ToString());
        AddProperty(properties, "firn:commit", distribution.Editable?.Repository?.Commit ?? distribution.DirectReference?.CommitId);
        AddProperty(properties, "firn:conda-package", distribution.CondaPackage);
        AddProperty(properties, "firn:system-package", distribution.SystemPackage);
        return new CycloneDxComponent(
            distribution.Name.Trim(), distribution.Version, PackageUrl.Of(distribution), HashesOf(distribution), properties)
        {
            DistributionUrl = distribution.DirectReference is { IsDirectory: false } reference ? reference.Url : null,
        };
    }

    /// <summary>Only an archive's own digest is one that CycloneDX means; the recorded digest is over many files.</summary>
    private static List<KeyValuePair<string, string>> HashesOf(Distribution distribution)
    {
        var hashes = new List<KeyValuePair<string, string>>();
        foreach (var hash in distribution.DirectReference?.Hashes ?? [])
        {
            var equals = hash.IndexOf('=', StringComparison.Ordinal);
            AddHash(hashes, equals < 0 ? string.Empty : hash[..equals], hash[(equals + 1)..]);
        }

        return hashes;
    }

    private static CycloneDxComponent OfConda(CondaPackage package)
    {
        var hashes = new List<KeyValuePair<string, string>>();
        AddHash(hashes, "md5", package.Md5);
        AddHash(hashes, "sha256", package.Sha256);
        var properties = new List<KeyValuePair<string, string>>();
        AddProperty(properties, "firn:build", package.Build);
        AddProperty(properties, "firn:license", package.License);
        AddProperty(properties, "firn:recorded-digest", package.ContentDigest?.ToString());
        return new CycloneDxComponent(package.Name, package.Version, PackageUrl.Of(package), hashes, properties)
        {
            DistributionUrl = package.Url,
        };
    }

    private static CycloneDxComponent OfSystem(SystemPackage package, string system) =>
        new(package.Name, package.Version, PackageUrl.Of(package, system), [], []);

    private static void AddHash(List<KeyValuePair<string, string>> hashes, string algorithm, string? hex)
    {
        var (name, length) = algorithm.ToLowerInvariant() switch
        {
            "md5" => ("MD5", 32),
            "sha1" => ("SHA-1", 40),
            "sha256" => ("SHA-256", 64),
            "sha384" => ("SHA-384", 96),
            "sha512" => ("SHA-512", 128),
            _ => (string.Empty, -1),
        };
        if (hex?.Length == length && hex.All(char.IsAsciiHexDigit))
        {
            hashes.Add(new(name, hex.ToLowerInvariant()));
        }
    }

    private static void AddProperty(List<KeyValuePair<string, string>> properties, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            properties.Add(new(name, value));
        }
    }

    private static void WriteDependencies(CanonicalJsonWriter json, IEnumerable<string> references)
    {
        json.StartArray("dependencies");
        json.StartObject();
        json.Strings("dependsOn", references);
        json.String("ref", EnvironmentReference);
        json.EndObject();
        json.EndArray();
    }

    private static void WriteMetadata(CanonicalJsonWriter json, Capture capture)
    {
        json.StartObject("metadata");
        json.StartObject("component");
        json.String("bom-ref", EnvironmentReference);
        json.String("name", capture.Environment switch
        {
            { HasPython: false } => "conda",
            { Implementation: "cpython" } => "CPython",
            var other => other.Implementation,
        });
        CycloneDxComponent.WriteProperties(json, [new("firn:environment-id", capture.EnvironmentId), new("firn:platform", capture.Platform)]);
        json.String("type", "platform");
        json.String("version", capture.Environment.HasPython ? capture.Environment.PythonVersion : capture.Conda?.Release);
        json.EndObject();
        json.StartArray("lifecycles");
        json.StartObject();
        json.String("phase", "operations");
        json.EndObject();
        json.EndArray();
        json.String("timestamp", capture.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.StartObject("tools");
        json.StartArray("components");
        json.StartObject();
        json.String("name", "firn");
        json.String("type", "application");
        json.String("version", capture.CreatedBy.Split(' ')[^1]);
        json.EndObject();
        json.EndArray();
        json.EndObject();
        json.EndObject();
    }

    /// <summary>A UUID (RFC 9562 version 8) out of the environment's id and the time: nothing random enters a document.</summary>
    private static string SerialNumber(Capture capture)
    {
        var digest = Sha256Digest.Of(Encoding.UTF8.GetBytes(
            $"{capture.EnvironmentId} {capture.Timestamp.UtcTicks}"));
        var hex = digest.Hex;
        return $"urn:uuid:{hex[..8]}-{hex[8..12]}-8{hex[13..16]}-8{hex[17..20]}-{hex[20..32]}";
    }
}

/// <summary>A library in a CycloneDX document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; left out where it is empty.</param>
/// <param name="PackageUrl">Its package URL, which is its reference too.</param>
/// <param name="Hashes">CycloneDX' algorithm names and hexadecimal digits.</param>
/// <param name="Properties">Names and values for which CycloneDX has no field.</param>
internal sealed record CycloneDxComponent(
    string Name,
    string Version,
    string PackageUrl,
    IReadOnlyList<KeyValuePair<string, string>> Hashes,
    IReadOnlyList<KeyValuePair<string, string>> Properties)
{
    /// <summary>Where it can be had.</summary>
    public string? DistributionUrl { get; init; }

    public void Write(CanonicalJsonWriter json)
    {
        json.StartObject();
        json.String("bom-ref", PackageUrl);
        // The schema wants an IRI reference: a URL with a blank in it (pip keeps them) is none.
        if (DistributionUrl is { } url && Uri.IsWellFormedUriString(url, UriKind.Absolute))
        {
            json.StartArray("externalReferences");
            json.StartObject();
            json.String("type", "distribution");
            json.String("url", url);
            json.EndObject();
            json.EndArray();
        }

        if (Hashes.Count > 0)
        {
            json.Objects("hashes", Hashes, item =>
            {
                var (algorithm, content) = item;
                json.String("alg", algorithm);
                json.String("content", content);
            });
        }

        json.String("name", Name);
        WriteProperties(json, Properties);
        json.String("purl", PackageUrl);
        json.String("type", "library");
        json.String("version", Version.Length > 0 ? Version : null);
        json.EndObject();
    }

    public static void WriteProperties(CanonicalJsonWriter json, IReadOnlyList<KeyValuePair<string, string>> properties)
    {
        if (properties.Count == 0)
        {
            return;
        }

        json.Objects("properties", properties, item =>
        {
            var (name, value) = item;
            json.String("name", name);
            json.String("value", value);
        });
    }
}
