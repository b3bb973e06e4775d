using System.Text;

namespace Firn.Common.Json;

/// <summary>
/// A value of a record while a new record is made of it: members that Firn does not know stay what they are. Of several
/// members of one name the last counts, as for Python.
/// </summary>
internal sealed class JsonTree
{
    private JsonTree()
    {
    }

    /// <summary>The text of a string.</summary>
    public string? Text { get; private init; }

    /// <summary>A number, <c>true</c>, <c>false</c> or <c>null</c> as it stands in the document.</summary>
    public byte[]? Literal { get; private init; }

    /// <summary>The items of an array.</summary>
    public List<JsonTree>? Items { get; private init; }

    /// <summary>The members of an object, sorted by name.</summary>
    public SortedDictionary<string, JsonTree>? Members { get; private init; }

    public static JsonTree Of(string text) => new() { Text = text };

    public static JsonTree Of(long number) => new() { Literal = Encoding.ASCII.GetBytes(number.ToString()) };

    public static JsonTree OfObject() => new() { Members = new(StringComparer.Ordinal) };

    public static JsonTree OfTexts(IEnumerable<string> texts) => OfItems(texts.Select(Of));

    public static JsonTree OfItems(IEnumerable<JsonTree> items) => new() { Items = [.. items] };

    /// <summary>Reads a document.</summary>
    /// <exception cref="FormatException">It is not JSON.</exception>
    public static JsonTree Parse(ReadOnlySpan<byte> json)
    {
        var reader = new FastJsonReader(json.StartsWith("\uFEFF"u8) ? json[3..] : json);
        reader.Read();
        var value = ReadValue(ref reader);
        reader.Read();
        return value;
    }

    /// <summary>The text of a member; <see langword="null"/> where it is missing or no string.</summary>
    public string? TextOf(string name) =>
        Members is not null && Members.TryGetValue(name, out var value) ? value.Text : null;

    /// <summary>The strings of a member that is an array; empty where it is missing, or none.</summary>
    public List<string> TextsOf(string name) =>
        [.. Members?.GetValueOrDefault(name)?.Items?.Select(static item => item.Text).OfType<string>() ?? []];

    public void WriteTo(CanonicalJsonWriter writer)
    {
        if (Text is not null)
        {
            writer.StringValue(Text);
        }
        else if (Literal is not null)
        {
            writer.Literal(Literal);
        }
        else if (Items is not null)
        {
            writer.StartArray();
            foreach (var item in Items)
            {
                item.WriteTo(writer);
            }

            writer.EndArray();
        }
        else
        {
            WriteMembers(writer);
        }
    }

    private void WriteMembers(CanonicalJsonWriter writer)
    {
        writer.StartObject();
        // The writer wants schema first, which no record of conda has; one that has it anyway is not worth an error.
        if (Members!.TryGetValue("schema", out var schema))
        {
            writer.Name("schema");
            schema.WriteTo(writer);
        }

        foreach (var (name, value) in Members)
        {
            if (name != "schema")
            {
                writer.Name(name);
                value.WriteTo(writer);
            }
        }

        writer.EndObject();
    }

    private static JsonTree ReadValue(ref FastJsonReader reader)
    {
        switch (reader.Token)
        {
            case FastJsonToken.String:
                return Of(reader.GetString());
            case FastJsonToken.Number:
                return new JsonTree { Literal = reader.Value.ToArray() };
            case FastJsonToken.True:
                return new JsonTree { Literal = [.. "true"u8] };
            case FastJsonToken.False:
                return new JsonTree { Literal = [.. "false"u8] };
            case FastJsonToken.Null:
                return new JsonTree { Literal = [.. "null"u8] };
            case FastJsonToken.StartArray:
                return ReadArray(ref reader);
            case FastJsonToken.StartObject:
                return ReadObject(ref reader);
            default:
                throw new FormatException("not valid JSON");
        }
    }

    private static JsonTree ReadArray(ref FastJsonReader reader)
    {
        var array = new JsonTree { Items = [] };
        while (reader.Read() && reader.Token != FastJsonToken.EndArray)
        {
            array.Items.Add(ReadValue(ref reader));
        }

        return array;
    }

    private static JsonTree ReadObject(ref FastJsonReader reader)
    {
        var members = OfObject();
        while (reader.Read() && reader.Token == FastJsonToken.Name)
        {
            var name = reader.GetString();
            reader.Read();
            members.Members![name] = ReadValue(ref reader);
        }

        return members;
    }
}
