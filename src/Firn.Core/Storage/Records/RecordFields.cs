using System.Globalization;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;
using Firn.Storage.Layout;

namespace Firn.Storage.Records;

/// <summary>Reads and checks the members that records of both kinds have.</summary>
internal static class RecordFields
{
    /// <summary>Parses a record and hands its object to <paramref name="read"/>.</summary>
    /// <param name="json">The document.</param>
    /// <param name="path">For messages.</param>
    /// <param name="schema">The schema it must be of, for example <c>firn.run/1</c>.</param>
    /// <param name="read">Reads the members; throws <see cref="FormatException"/> where one is wrong.</param>
    /// <exception cref="FirnException">It is damaged or a newer format's.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> json, string path, string schema, Func<JsonElement, T> read)
        where T : class =>
        JsonFields.Read(
            json,
            root =>
            {
                var found = root.Text("schema");
                if (found == schema)
                {
                    return read(root);
                }

                var family = schema[..(schema.IndexOf('/', StringComparison.Ordinal) + 1)];
                throw found is not null && found.StartsWith(family, StringComparison.Ordinal)
                    ? new FirnException($"{path} is of the format {found}, this firn knows {schema}", "use a newer firn")
                    : StoreFailure.Damaged(path, $"its schema is {found ?? "missing"}, not {schema}");
            },
            (reason, _) => StoreFailure.Damaged(path, reason));

    /// <summary>The record's number, from 1 on.</summary>
    public static int RecordNumber(this JsonElement root) => root.Count("number") is > 0 and var number
        ? number
        : throw new FormatException("`number` is missing or no number from 1 on");

    /// <summary>The digest of the record before: none in the first record, one in every other.</summary>
    public static Sha256Digest? RecordPrevious(this JsonElement root, int number)
    {
        var previous = root.OptionalDigest("previous");
        return (previous is null) == (number == 1)
            ? previous
            : throw new FormatException(number == 1 ? "the first record names one before it" : "`previous` is missing");
    }

    public static DateTimeOffset RecordCreated(this JsonElement root) =>
        DateTimeOffset.TryParse(
            root.RequiredText("created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException("`created` is not a time");

    /// <summary>
    /// The number of the record that a tombstone takes out: an earlier one, or its own where `store repair` put it in the
    /// place of a record that was lost; <see langword="null"/> where no such member is.
    /// </summary>
    public static int? RecordForgets(this JsonElement root, int number)
    {
        if (!root.TryGetProperty("forgets", out _))
        {
            return null;
        }

        return root.Count("forgets") is var forgets && forgets > 0 && forgets <= number
            ? forgets
            : throw new FormatException("`forgets` is the number of a record behind, or none");
    }

    /// <summary>A digest, or <see langword="null"/> where there is no such member.</summary>
    public static Sha256Digest? OptionalDigest(this JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out _))
        {
            return null;
        }

        return Sha256Digest.TryParse(element.Text(name), out var digest)
            ? digest
            : throw new FormatException($"`{name}` is not a SHA-256");
    }

    public static Sha256Digest RequiredDigest(this JsonElement element, string name) =>
        element.OptionalDigest(name) ?? throw new FormatException($"`{name}` is missing");

    public static string RequiredEnvironmentId(this JsonElement element) =>
        element.Text("environment_id") is { } id && EnvironmentIdText.IsValid(id)
            ? id
            : throw new FormatException("`environment_id` is missing or no environment id");
}

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

/// <summary>A member of a document's object that this version does not know.</summary>
internal sealed record ExtraMember(string Name, JsonElement Value);
