using Firn.Common;

namespace Firn.Analyses.Exports;

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
