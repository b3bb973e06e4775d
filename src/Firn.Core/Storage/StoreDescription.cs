using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Storage.Layout;

namespace Firn.Storage;

/// <summary>What <c>firn-store.json</c> says of a store.</summary>
/// <param name="Id">A UUID, which tells two stores apart wherever they are mounted.</param>
/// <param name="Name">A name for people.</param>
/// <param name="Created">When it was made.</param>
internal sealed record StoreDescription(string Id, string Name, DateTimeOffset Created);

/// <summary>Reads and writes <c>firn-store.json</c>.</summary>
internal static class StoreDescriptionJson
{
    public const string Schema = "firn.store/1";
    public const string Family = "firn.store/";
    public const int Limit = 1024 * 1024;

    public static byte[] Write(StoreDescription description) => RecordChecksum.Add(JsonMembers.Write(Schema, description, Table));

    /// <summary>Reads the description; <see langword="null"/> where there is none.</summary>
    /// <exception cref="FirnException">It cannot be read, is no store's, or a newer format's.</exception>
    public static StoreDescription? ReadFile(string path)
    {
        var content = BoundedFile.Read(path, Limit);
        return content.Status switch
        {
            FileReadStatus.Missing => null,
            FileReadStatus.Read => Read(content.Memory, path),
            _ => throw StoreFailure.OfReading(path, content.Reason),
        };
    }

    /// <summary>Reads a description; <paramref name="path"/> is for messages.</summary>
    public static StoreDescription Read(ReadOnlyMemory<byte> json, string path) => JsonFields.Read(
        json,
        root => root.Text("schema") is var schema && schema != Schema
            ? throw OtherSchema(path, schema)
            : JsonMembers.Read<StoreDescription>(root, Table),
        (reason, exception) => new FirnException(
            $"{path} is not a valid store description: {reason}",
            "put the file back from a copy of the store; what the store holds is not lost",
            innerException: exception));

    private static StoreDescription Table(JsonMembers json, StoreDescription? description) => new(
        Created: json.RequiredTime("created", description?.Created),
        Id: json.RequiredText("id", description?.Id),
        Name: json.Text("name", description?.Name) ?? string.Empty);

    private static FirnException OtherSchema(string path, string? schema) =>
        schema is not null && schema.StartsWith(Family, StringComparison.Ordinal)
            ? new FirnException($"{path} is of the format {schema}, this firn knows {Schema}", "use a newer firn")
            : new FirnException($"{path} is not a store description of firn: its schema is {schema ?? "missing"}", "name another folder");
}
