using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Firn.Common;

namespace Firn.Projects.Templates;

/// <summary>
/// Edits the settings of VS Code, JSON with comments: one value is put in or changed, and every other byte stays.
/// </summary>
internal static class EditorSettings
{
    public const string FilePath = ".vscode/settings.json";

    /// <summary>The key of the interpreter that the editor takes.</summary>
    public const string Interpreter = "python.defaultInterpreterPath";

    private static readonly JsonReaderOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The settings with this interpreter.</summary>
    /// <param name="settings">What is there; <see langword="null"/> for no file.</param>
    /// <param name="python">The interpreter.</param>
    /// <exception cref="FirnException">What is there are no settings.</exception>
    public static string WithInterpreter(string? settings, string python)
    {
        var value = $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(python)}\"";
        if (string.IsNullOrWhiteSpace(settings))
        {
            return $"{{\n  \"{Interpreter}\": {value}\n}}\n";
        }

        var bytes = Encoding.UTF8.GetBytes(settings);
        try
        {
            return Edited(bytes, value);
        }
        catch (JsonException failure)
        {
            throw new FirnException(
                $"{FilePath}:{failure.LineNumber + 1}:{failure.BytePositionInLine + 1}: this is not JSON",
                "mend it, or set the interpreter in the editor", innerException: failure);
        }
    }

    private static string Edited(byte[] bytes, string value)
    {
        var reader = new Utf8JsonReader(bytes, Lenient);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FirnException($"{FilePath} holds no settings", "its value must be a mapping: { }");
        }

        var inside = (int)reader.TokenStartIndex + 1;
        var isEmpty = true;
        (int Start, int End)? old = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            isEmpty = false;
            var isSought = reader.ValueTextEquals(Interpreter);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            old = isSought ? (start, (int)reader.BytesConsumed) : old;
        }

        while (reader.Read())
        {
            // What follows the mapping must be JSON too.
        }

        return old is { } place
            ? Spliced(bytes, place.Start, place.End, value)
            : Spliced(bytes, inside, inside, $"\n  \"{Interpreter}\": {value}{(isEmpty ? "\n" : ",")}");
    }

    private static string Spliced(byte[] bytes, int start, int end, string text) => string.Concat(
        Encoding.UTF8.GetString(bytes.AsSpan(0, start)), text, Encoding.UTF8.GetString(bytes.AsSpan(end)));
}
