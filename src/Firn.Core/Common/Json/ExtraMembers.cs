using System.Text.Json;

namespace Firn.Common.Json;

/// <summary>Members of a document's object that this version does not know and keeps: a newer firn's.</summary>
internal sealed class ExtraMembers
{
    private ExtraMembers(IReadOnlyList<ExtraMember> members) => Members = members;

    public static ExtraMembers None { get; } = new([]);

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<ExtraMember> Members { get; }

    /// <summary>The members of the object that are none of the known ones.</summary>
    /// <exception cref="InvalidOperationException">One holds text that is none, half of a surrogate pair.</exception>
    public static ExtraMembers Of(JsonElement element, ICollection<string> known)
    {
        SortedDictionary<string, JsonElement>? found = null;
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                // Of members of one name the last counts.
                found ??= new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
                found[member.Name] = member.Value.Clone();
            }
        }

        if (found is null)
        {
            return None;
        }

        var extra = new ExtraMembers([.. found.Select(static member => new ExtraMember(member.Key, member.Value))]);

        // Refused where it is read, not where it is written.
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.Merge(extra);
        json.EndObject();
        return extra;
    }
}

/// <summary>A member of a document's object that this version does not know.</summary>
internal sealed record ExtraMember(string Name, JsonElement Value);
