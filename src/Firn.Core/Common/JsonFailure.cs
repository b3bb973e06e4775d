using System.Globalization;
using System.Text.Json;

namespace Firn.Common;

/// <summary>Says in Firn's words why a JSON document cannot be read; .NET's messages speak of its own parser.</summary>
internal static class JsonFailure
{
    /// <summary>The reason, to stand behind the document's path and a colon.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        JsonException { LineNumber: { } line, BytePositionInLine: { } column } =>
            string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, column {column + 1} is no JSON"),
        JsonException => "it is no JSON",
        // Half of a surrogate pair, or bytes that are no UTF-8, are found out only when a text is taken.
        InvalidOperationException => "a text in it is no Unicode",
        _ => exception.Message.TrimEnd('.'),
    };
}
