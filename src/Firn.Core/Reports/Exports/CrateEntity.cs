using System.Globalization;
using System.Text;
using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Common.Json;
using Firn.Conda;
using Firn.Python.Distributions;

namespace Firn.Reports.Exports;

/// <summary>One node of a crate's graph: texts, and references to other nodes.</summary>
internal sealed class CrateEntity(string id, params string[] types)
{
    private readonly SortedDictionary<string, (bool IsReference, IReadOnlyList<string> Values)> _members = new(StringComparer.Ordinal);

    public string Id { get; } = id;

    /// <summary>Adds a text; nothing where there is none.</summary>
    public CrateEntity With(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _members[name] = (false, [value]);
        }

        return this;
    }

    /// <summary>Adds references; nothing where there are none.</summary>
    public CrateEntity To(string name, params IReadOnlyList<string> ids)
    {
        if (ids.Count > 0)
        {
            _members[name] = (true, ids);
        }

        return this;
    }

    public void Write(CanonicalJsonWriter json)
    {
        json.StartObject();
        json.String("@id", Id);
        if (types.Length == 1)
        {
            json.String("@type", types[0]);
        }
        else
        {
            json.Strings("@type", types);
        }

        foreach (var (name, (isReference, values)) in _members)
        {
            if (!isReference)
            {
                json.String(name, values[0]);
            }
            else if (values.Count == 1)
            {
                json.Name(name);
                WriteReference(json, values[0]);
            }
            else
            {
                json.StartArray(name);
                foreach (var value in values)
                {
                    WriteReference(json, value);
                }

                json.EndArray();
            }
        }

        json.EndObject();
    }

    private static void WriteReference(CanonicalJsonWriter json, string id)
    {
        json.StartObject();
        json.String("@id", id);
        json.EndObject();
    }
}

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

/// <summary>The packages that somebody asked for by name: what depends on them only is in the bill of materials.</summary>
internal static class CrateSoftware
{
    /// <summary>The interpreter and the direct packages, each an entity.</summary>
    public static List<CrateEntity> Of(Capture capture)
    {
        var environment = capture.Environment;
        var name = environment.Implementation == "cpython" ? "CPython" : environment.Implementation;
        var software = new List<CrateEntity>();
        if (environment.HasPython)
        {
            software.Add(new CrateEntity("#python", "SoftwareApplication").With("name", name).With("softwareVersion", environment.PythonVersion));
        }

        foreach (var package in capture.Conda?.Packages ?? [])
        {
            if (!package.RequestedSpecs.IsEmpty && package.Name != "python")
            {
                software.Add(Of(package));
            }
        }

        foreach (var distribution in capture.Distributions)
        {
            if (distribution.Requested && distribution.Owner != DistributionOwner.Conda)
            {
                software.Add(Of(distribution));
            }
        }

        return software;
    }

    /// <summary>conda packages have no identifier that all agree on (RO-Crate #483): the package URL stands beside.</summary>
    private static CrateEntity Of(CondaPackage package) =>
        new CrateEntity($"#conda-{CratePath.IdOf(package.Name)}", "SoftwareApplication")
            .With("name", package.Name)
            .With("softwareVersion", package.Version)
            .With("identifier", PackageUrl.Of(package))
            .With("url", package.Url);

    private static CrateEntity Of(Distribution distribution)
    {
        var isOfIndex = distribution is { DirectReference: null, Editable: null, Version.Length: > 0 }
            && !distribution.Version.Contains('+', StringComparison.Ordinal);
        var id = isOfIndex
            ? $"https://pypi.org/project/{distribution.CanonicalName}/{CratePath.IdOf(distribution.Version)}/"
            : $"#package-{CratePath.IdOf(distribution.CanonicalName)}";
        return new CrateEntity(id, "SoftwareApplication")
            .With("name", distribution.Name)
            .With("softwareVersion", distribution.Version)
            .With("identifier", PackageUrl.Of(distribution))
            .With("codeRepository", distribution.Editable?.Repository?.Remote)
            .With("version", distribution.Editable?.Repository?.Commit ?? distribution.DirectReference?.CommitId);
    }
}
