using System.Buffers.Text;
using System.Collections.Immutable;

namespace Firn.Conda;

/// <summary>Reads one file of <c>conda-meta</c> in one pass over its bytes, without a document tree.</summary>
internal static class CondaRecordReader
{
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
        catch (FormatException)
        {
            error = "it is not valid JSON";
            return null;
        }
    }

    private static CondaPackage? ReadRecord(ReadOnlySpan<byte> json, out string? error)
    {
        var reader = new CondaJsonReader(json);
        if (!reader.Read() || reader.Token != CondaJsonToken.StartObject)
        {
            error = "it is not a JSON object";
            return null;
        }

        var fields = new CondaRecordFields();
        while (reader.Read() && reader.Token == CondaJsonToken.Name)
        {
            ReadField(ref reader, fields);
        }

        reader.Read();
        return fields.Build(json, out error);
    }

    private static void ReadField(ref CondaJsonReader reader, CondaRecordFields fields)
    {
        if (ReadList(ref reader, fields) || ReadNumber(ref reader, fields))
        {
            return;
        }

        var field = TextFieldOf(ref reader);
        reader.Read();
        if (field is { } known)
        {
            fields.Texts[(int)known] = reader.Token switch
            {
                CondaJsonToken.String => reader.GetString(),
                // noarch: true is how conda wrote generic packages before 4.3 (enums.py NoarchType.coerce).
                CondaJsonToken.True when known == CondaTextField.Noarch => "generic",
                _ => null,
            };
        }

        reader.Skip();
    }

    private static bool ReadList(ref CondaJsonReader reader, CondaRecordFields fields)
    {
        if (reader.Is("files"u8))
        {
            ReadFiles(ref reader, fields);
        }
        else if (reader.Is("paths_data"u8))
        {
            ReadPathsData(ref reader, fields);
        }
        else if (reader.Is("depends"u8))
        {
            fields.Depends = ReadStrings(ref reader);
        }
        else if (reader.Is("constrains"u8))
        {
            fields.Constrains = ReadStrings(ref reader);
        }
        else if (reader.Is("requested_specs"u8))
        {
            fields.RequestedSpecs = ReadStrings(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool ReadNumber(ref CondaJsonReader reader, CondaRecordFields fields)
    {
        if (reader.Is("build_number"u8))
        {
            fields.BuildNumber = ReadInteger(ref reader) ?? 0;
        }
        else if (reader.Is("size"u8))
        {
            fields.Size = ReadInteger(ref reader);
        }
        else if (reader.Is("timestamp"u8))
        {
            fields.Timestamp = ReadInteger(ref reader);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static CondaTextField? TextFieldOf(ref CondaJsonReader reader)
    {
        if (reader.IsEscaped)
        {
            return null;
        }

        var name = reader.Value;
        for (var i = 0; i < CondaRecordFields.Names.Length; i++)
        {
            if (name.SequenceEqual(CondaRecordFields.Names[i]))
            {
                return (CondaTextField)i;
            }
        }

        return null;
    }

    private static long? ReadInteger(ref CondaJsonReader reader)
    {
        reader.Read();
        if (reader.Token == CondaJsonToken.Number)
        {
            return Utf8Parser.TryParse(reader.Value, out long number, out var consumed) && consumed == reader.Value.Length
                ? number
                : null;
        }

        if (reader.Token == CondaJsonToken.String)
        {
            return long.TryParse(reader.GetString(), out var text) ? text : null;
        }

        reader.Skip();
        return null;
    }

    private static ImmutableArray<string> ReadStrings(ref CondaJsonReader reader)
    {
        reader.Read();
        if (reader.Token != CondaJsonToken.StartArray)
        {
            reader.Skip();
            return [];
        }

        var strings = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.Token != CondaJsonToken.EndArray)
        {
            if (reader.Token == CondaJsonToken.String)
            {
                strings.Add(reader.GetString());
            }

            reader.Skip();
        }

        return strings.DrainToImmutable();
    }

    private static void ReadFiles(ref CondaJsonReader reader, CondaRecordFields fields)
    {
        reader.Read();
        fields.ClearFiles();
        if (reader.Token != CondaJsonToken.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.Token != CondaJsonToken.EndArray)
        {
            if (reader.Token == CondaJsonToken.String)
            {
                fields.AddFile(ref reader);
            }

            reader.Skip();
        }
    }

    private static void ReadPathsData(ref CondaJsonReader reader, CondaRecordFields fields)
    {
        reader.Read();
        fields.Content = null;
        if (reader.Token != CondaJsonToken.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.Token == CondaJsonToken.Name)
        {
            var isPaths = reader.Is("paths"u8);
            reader.Read();
            if (isPaths && reader.Token == CondaJsonToken.StartArray)
            {
                fields.Content = new CondaContentDigest();
                ReadPaths(ref reader, fields.Content);
            }

            reader.Skip();
        }
    }

    private static void ReadPaths(ref CondaJsonReader reader, CondaContentDigest content)
    {
        while (reader.Read() && reader.Token != CondaJsonToken.EndArray)
        {
            if (reader.Token == CondaJsonToken.StartObject)
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
