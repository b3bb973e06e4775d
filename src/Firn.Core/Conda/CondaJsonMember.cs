using System.Buffers.Text;

namespace Firn.Conda;

/// <summary>Steps over the value of the member whose name is under the reader, and says what it is.</summary>
internal static class CondaJsonMember
{
    /// <summary>Its text; <see langword="null"/> where it is none.</summary>
    public static string? Text(ref CondaJsonReader reader)
    {
        reader.Read();
        var text = reader.Token == CondaJsonToken.String ? reader.GetString() : null;
        reader.Skip();
        return text;
    }

    /// <summary>Its value; <see langword="null"/> where it is no whole number.</summary>
    public static long? Number(ref CondaJsonReader reader)
    {
        reader.Read();
        long? number = reader.Token == CondaJsonToken.Number
            && Utf8Parser.TryParse(reader.Value, out long value, out var used) && used == reader.Value.Length
                ? value
                : null;
        reader.Skip();
        return number;
    }
}
