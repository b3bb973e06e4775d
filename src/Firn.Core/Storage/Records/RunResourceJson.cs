using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;

namespace Firn.Storage.Records;

/// <summary>Reads and writes the files of a run record.</summary>
internal static class RunResourceJson
{
    private const int Md5Digits = 32;
    private const int UuidDigits = 32;
    private static readonly string[] Known = ["md5", "name", "sha256", "size", "uuid"];

    public static void Write(CanonicalJsonWriter json, ImmutableArray<RunResource> resources)
    {
        json.StartArray("resources");
        foreach (var resource in resources)
        {
            WriteOne(json, resource);
        }

        json.EndArray();
    }

    /// <exception cref="FormatException">A member is missing or wrong, or two resources have one name.</exception>
    public static ImmutableArray<RunResource> Read(JsonElement root)
    {
        if (!root.TryGetProperty("resources", out var array) || array.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("`resources` is missing or no list");
        }

        var names = new ResourceNameSet();
        var resources = ImmutableArray.CreateBuilder<RunResource>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            var resource = ReadOne(item);
            if (names.Add(resource.Name) is { } refusal)
            {
                throw new FormatException($"the resource name '{resource.Name}' {refusal}");
            }

            resources.Add(resource);
        }

        return resources.MoveToImmutable();
    }

    private static void WriteOne(CanonicalJsonWriter json, RunResource resource)
    {
        var extra = 0;
        json.StartObject();
        resource.Extra.WriteBefore(json, ref extra, "md5");
        json.String("md5", resource.Md5);
        resource.Extra.WriteBefore(json, ref extra, "name");
        json.String("name", resource.Name);
        resource.Extra.WriteBefore(json, ref extra, "sha256");
        json.String("sha256", resource.Digest.Hex);
        resource.Extra.WriteBefore(json, ref extra, "size");
        json.Number("size", resource.Size);
        resource.Extra.WriteBefore(json, ref extra, "uuid");
        json.String("uuid", resource.Uuid);
        resource.Extra.WriteBefore(json, ref extra, null);
        json.EndObject();
    }

    private static RunResource ReadOne(JsonElement item)
    {
        var name = item.RequiredText("name");
        var size = item.Number("size");
        return size >= 0
            ? new RunResource(
                name, item.RequiredDigest("sha256"), Digits(item, "md5", Md5Digits), size.Value, Digits(item, "uuid", UuidDigits))
            {
                Extra = ExtraMembers.Of(item, Known),
            }
            : throw new FormatException($"the size of '{name}' is missing or no size");
    }

    private static string Digits(JsonElement item, string name, int count) =>
        item.RequiredText(name) is var text && text.Length == count && Hex.Parse(text) is not null
            ? text.ToLowerInvariant()
            : throw new FormatException($"`{name}` is not {count} hexadecimal digits");
}
