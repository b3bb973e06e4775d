using System.Collections.Immutable;
using System.Text.Json;

namespace Firn.Conda;

/// <summary>Reads one file of <c>conda-meta</c> in one pass over its bytes, without a document tree.</summary>
internal static class CondaRecordReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };

    /// <summary>
    /// The record, or <see langword="null"/> with what is wrong with it. A field of another type than it should have
    /// counts as absent; name, version and build must be strings.
    /// </summary>
    public static CondaPackage? Read(ReadOnlySpan<byte> json, out string? error)
    {
        // Python's json.loads takes bytes with a UTF-8 byte order mark.
        json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        try
        {
            return ReadRecord(json, out error);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Utf8JsonReader says InvalidOperationException for a string that is no UTF-8 or UTF-16.
            error = "it is not valid JSON";
            return null;
        }
    }

    private static CondaPackage? ReadRecord(ReadOnlySpan<byte> json, out string? error)
    {
        var reader = new Utf8JsonReader(json, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            error = "it is not a JSON object";
            return null;
        }

        var fields = new CondaRecordFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader, fields);
        }

        reader.Read();
        return fields.Build(json, out error);
    }

    private static void ReadField(ref Utf8JsonReader reader, CondaRecordFields fields)
    {
        if (ReadList(ref reader, fields) || ReadNumber(ref reader, fields))
        {
            return;
        }

        var field = TextFieldOf(ref reader);
        reader.Read();
        if (field is { } known)
        {
            fields.Texts[(int)known] = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                // noarch: true is how conda wrote generic packages before 4.3 (enums.py NoarchType.coerce).
                JsonTokenType.True when known == CondaTextField.Noarch => "generic",
                _ => null,
            };
        }

        reader.Skip();
    }

    private static bool ReadList(ref Utf8JsonReader reader, CondaRecordFields fields)
    {
        if (reader.ValueTextEquals("files"u8))
        {
            ReadFiles(ref reader, fields);
        }
        else if (reader.ValueTextEquals("paths_data"u8))
        {
            ReadPathsData(ref reader, fields);
        }
        else if (reader.ValueTextEquals("depends"u8))
        {
            fields.Depends = ReadStrings(ref reader);
        }
        else if (reader.ValueTextEquals("constrains"u8))
        {
            fields.Constrains = ReadStrings(ref reader);
        }
        else if (reader.ValueTextEquals("requested_specs"u8))
        {
            fields.RequestedSpecs = ReadStrings(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool ReadNumber(ref Utf8JsonReader reader, CondaRecordFields fields)
    {
        if (reader.ValueTextEquals("build_number"u8))
        {
            fields.BuildNumber = ReadInteger(ref reader) ?? 0;
        }
        else if (reader.ValueTextEquals("size"u8))
        {
            fields.Size = ReadInteger(ref reader);
        }
        else if (reader.ValueTextEquals("timestamp"u8))
        {
            fields.Timestamp = ReadInteger(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static CondaTextField? TextFieldOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            return null;
        }

        var name = reader.ValueSpan;
        for (var i = 0; i < CondaRecordFields.Names.Length; i++)
        {
            if (name.SequenceEqual(CondaRecordFields.Names[i].Span))
            {
                return (CondaTextField)i;
            }
        }

        return null;
    }

    private static long? ReadInteger(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetInt64(out var number) ? number
                : reader.TryGetDouble(out var real) && Math.Abs(real) < long.MaxValue ? (long)real : null;
        }

        if (reader.TokenType == JsonTokenType.String)
        {
            return long.TryParse(reader.GetString(), out var number) ? number : null;
        }

        reader.Skip();
        return null;
    }

    private static ImmutableArray<string> ReadStrings(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return [];
        }

        var strings = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                strings.Add(reader.GetString()!);
            }

            reader.Skip();
        }

        return strings.DrainToImmutable();
    }

    private static void ReadFiles(ref Utf8JsonReader reader, CondaRecordFields fields)
    {
        reader.Read();
        fields.ClearFiles();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                fields.AddFile(ref reader);
            }

            reader.Skip();
        }
    }

    private static void ReadPathsData(ref Utf8JsonReader reader, CondaRecordFields fields)
    {
        reader.Read();
        fields.Content = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPaths = reader.ValueTextEquals("paths"u8);
            reader.Read();
            if (isPaths && reader.TokenType == JsonTokenType.StartArray)
            {
                fields.Content = new CondaContentDigest();
                ReadPaths(ref reader, fields.Content);
            }

            reader.Skip();
        }
    }

    private static void ReadPaths(ref Utf8JsonReader reader, CondaContentDigest content)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                content.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
