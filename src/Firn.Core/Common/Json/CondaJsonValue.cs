using System.Text;

namespace Firn.Common.Json;

/// <summary>
/// A value of a record while a new record is made of it: members that Firn does not know stay what they are. Of several
/// members of one name the last counts, as for Python.
/// </summary>
internal sealed class CondaJsonValue
{
    private CondaJsonValue()
    {
    }

    /// <summary>The text of a string.</summary>
    public string? Text { get; private init; }

    /// <summary>A number, <c>true</c>, <c>false</c> or <c>null</c> as it stands in the document.</summary>
    public byte[]? Literal { get; private init; }

    /// <summary>The items of an array.</summary>
    public List<CondaJsonValue>? Items { get; private init; }

    /// <summary>The members of an object, sorted by name.</summary>
    public SortedDictionary<string, CondaJsonValue>? Members { get; private init; }

    public static CondaJsonValue Of(string text) => new() { Text = text };

    public static CondaJsonValue Of(long number) => new() { Literal = Encoding.ASCII.GetBytes(number.ToString()) };

    public static CondaJsonValue OfObject() => new() { Members = new(StringComparer.Ordinal) };

    public static CondaJsonValue OfTexts(IEnumerable<string> texts) => new() { Items = [.. texts.Select(Of)] };

    /// <summary>Reads a document.</summary>
    /// <exception cref="FormatException">It is no JSON.</exception>
    public static CondaJsonValue Parse(ReadOnlySpan<byte> json)
    {
        var reader = new CondaJsonReader(json.StartsWith("\uFEFF"u8) ? json[3..] : json);
        reader.Read();
        var value = ReadValue(ref reader);
        reader.Read();
        return value;
    }

    /// <summary>The text of a member; <see langword="null"/> where it is missing or no string.</summary>
    public string? TextOf(string name) =>
        Members is not null && Members.TryGetValue(name, out var value) ? value.Text : null;

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

    private static CondaJsonValue ReadValue(ref CondaJsonReader reader)
    {
        switch (reader.Token)
        {
            case CondaJsonToken.String:
                return Of(reader.GetString());
            case CondaJsonToken.Number:
                return new CondaJsonValue { Literal = reader.Value.ToArray() };
            case CondaJsonToken.True:
                return new CondaJsonValue { Literal = [.. "true"u8] };
            case CondaJsonToken.False:
                return new CondaJsonValue { Literal = [.. "false"u8] };
            case CondaJsonToken.Null:
                return new CondaJsonValue { Literal = [.. "null"u8] };
            case CondaJsonToken.StartArray:
                return ReadArray(ref reader);
            case CondaJsonToken.StartObject:
                return ReadObject(ref reader);
            default:
                throw new FormatException("not valid JSON");
        }
    }

    private static CondaJsonValue ReadArray(ref CondaJsonReader reader)
    {
        var array = new CondaJsonValue { Items = [] };
        while (reader.Read() && reader.Token != CondaJsonToken.EndArray)
        {
            array.Items.Add(ReadValue(ref reader));
        }

        return array;
    }

    private static CondaJsonValue ReadObject(ref CondaJsonReader reader)
    {
        var members = OfObject();
        while (reader.Read() && reader.Token == CondaJsonToken.Name)
        {
            var name = reader.GetString();
            reader.Read();
            members.Members![name] = ReadValue(ref reader);
        }

        return members;
    }
}
