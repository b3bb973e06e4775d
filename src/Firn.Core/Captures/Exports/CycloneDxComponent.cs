using Firn.Common;

namespace Firn.Captures.Exports;

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
            json.StartArray("hashes");
            foreach (var (algorithm, content) in Hashes)
            {
                json.StartObject();
                json.String("alg", algorithm);
                json.String("content", content);
                json.EndObject();
            }

            json.EndArray();
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

        json.StartArray("properties");
        foreach (var (name, value) in properties)
        {
            json.StartObject();
            json.String("name", name);
            json.String("value", value);
            json.EndObject();
        }

        json.EndArray();
    }
}
