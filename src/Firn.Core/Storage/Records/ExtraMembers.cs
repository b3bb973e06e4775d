using System.Text.Json;
using Firn.Common;

namespace Firn.Storage.Records;

/// <summary>Members of a document's object that this version does not know and keeps: a newer firn's.</summary>
internal sealed class ExtraMembers
{
    private readonly List<ExtraMember> _members;

    private ExtraMembers(List<ExtraMember> members) => _members = members;

    public static ExtraMembers None { get; } = new([]);

    /// <summary>The members of the object that are none of the known ones.</summary>
    /// <exception cref="InvalidOperationException">One holds text that is none, half of a surrogate pair.</exception>
    public static ExtraMembers Of(JsonElement element, string[] known)
    {
        List<ExtraMember>? found = null;
        foreach (var member in element.EnumerateObject())
        {
            if (Array.IndexOf(known, member.Name) < 0)
            {
                found ??= [];
                var extra = new ExtraMember(member.Name, member.Value.Clone());
                // Of members of one name the last counts.
                found.RemoveAll(other => other.Name == extra.Name);
                found.Add(extra);
            }
        }

        if (found is null)
        {
            return None;
        }

        found.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        var members = new ExtraMembers(found);
        members.MustBeWritable();
        return members;
    }

    /// <summary>Writes those whose place is before a known member, from a position on.</summary>
    /// <param name="json">The writer, in the object.</param>
    /// <param name="position">How many are written; 0 at first.</param>
    /// <param name="name">The known member that comes next; <see langword="null"/> at the end.</param>
    public void WriteBefore(CanonicalJsonWriter json, ref int position, string? name)
    {
        for (; position < _members.Count; position++)
        {
            var member = _members[position];
            if (name is not null && string.CompareOrdinal(member.Name, name) > 0)
            {
                return;
            }

            json.Name(member.Name);
            CanonicalJson.WriteValue(json, member.Value);
        }
    }

    private void MustBeWritable()
    {
        var json = new CanonicalJsonWriter();
        var position = 0;
        json.StartObject();
        WriteBefore(json, ref position, null);
    }
}
