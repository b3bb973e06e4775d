using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;
using Firn.Storage.Layout;

namespace Firn.Storage.Records;

/// <summary>The members that records of both kinds have.</summary>
internal static class RecordFields
{
    /// <summary>Reads a record.</summary>
    /// <param name="json">The document.</param>
    /// <param name="path">For messages.</param>
    /// <param name="schema">The schema it must be of, for example <c>firn.run/1</c>.</param>
    /// <param name="table">Its members.</param>
    /// <exception cref="FirnException">It is damaged or a newer format's.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, string path, string schema, Func<JsonMembers, T?, T> table)
        where T : class =>
        JsonFields.Read(
            json,
            root =>
            {
                var found = root.Text("schema");
                if (found == schema)
                {
                    return JsonMembers.Read(root, table);
                }

                var family = schema[..(schema.IndexOf('/', StringComparison.Ordinal) + 1)];
                throw found is not null && found.StartsWith(family, StringComparison.Ordinal)
                    ? new FirnException($"{path} is of the format {found}, this firn knows {schema}", "use a newer firn")
                    : StoreFailure.Damaged(path, $"its schema is {found ?? "missing"}, not {schema}");
            },
            (reason, _) => StoreFailure.Damaged(path, reason));

    /// <summary>A record's number, which other members hang on that stand before it.</summary>
    public static int Number(JsonElement root) => root.Count("number") is > 0 and var number
        ? number
        : throw new FormatException("`number` is missing or no number from 1 on");

    /// <summary>
    /// The number of the record that a tombstone takes out: an earlier one, or its own where `store repair` put it in the
    /// place of a record that was lost; <see langword="null"/> where no such member is.
    /// </summary>
    public static int? Forgets(JsonElement root) =>
        root.Member("forgets").ValueKind == JsonValueKind.Undefined ? null
        : root.Count("forgets") is > 0 and var forgets && forgets <= Number(root) ? forgets
        : throw new FormatException("`forgets` is the number of a record behind, or none");

    /// <summary>The digest of the record before: none in the first record, one in every other.</summary>
    public static Sha256Digest? Previous(this JsonMembers json, Sha256Digest? previous)
    {
        var found = json.OptionalDigest("previous", previous);
        return json.Source is not { } root || (found is null) == (Number(root) == 1)
            ? found
            : throw new FormatException(found is null ? "`previous` is missing" : "the first record names one before it");
    }

    /// <summary>A digest, or <see langword="null"/> where there is no such member.</summary>
    public static Sha256Digest? OptionalDigest(this JsonMembers json, string name, Sha256Digest? value) =>
        json.Digest(name, value) ?? Missing(json, name);

    public static Sha256Digest RecordDigest(this JsonMembers json, string name, Sha256Digest? value) =>
        json.OptionalDigest(name, value) ?? throw new FormatException($"`{name}` is missing");

    /// <summary>The same, written as digits alone.</summary>
    public static Sha256Digest RecordHexDigest(this JsonMembers json, string name, Sha256Digest? value) =>
        json.HexDigest(name, value) ?? Missing(json, name) ?? throw new FormatException($"`{name}` is missing");

    public static string EnvironmentId(this JsonMembers json, string? id) =>
        json.Text("environment_id", id) is { } found && (json.Source is null || EnvironmentIdText.IsValid(found))
            ? found
            : throw new FormatException("`environment_id` is missing or no environment id");

    private static Sha256Digest? Missing(JsonMembers json, string name) =>
        json.Source is { } element && element.Member(name).ValueKind != JsonValueKind.Undefined
            ? throw new FormatException($"`{name}` is not a SHA-256")
            : null;
}
