using System.Globalization;
using System.Text;
using Tomlyn;
using Tomlyn.Model;

namespace Firn.Python.Locks;

/// <summary>Reads TOML documents that nobody vouches for.</summary>
internal static class TomlText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The document; <see langword="null"/> with the reason where it is none. TOML is UTF-8 and nothing else.</summary>
    public static TomlTable? Parse(ReadOnlySpan<byte> bytes, out string? reason)
    {
        try
        {
            var text = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
            return Parse(Strict.GetString(text), out reason);
        }
        catch (DecoderFallbackException)
        {
            reason = "it is not UTF-8";
            return null;
        }
    }

    /// <summary>The document; <see langword="null"/> with the reason where it is none.</summary>
    public static TomlTable? Parse(string text, out string? reason)
    {
        try
        {
            reason = null;
            // Of a key that is defined twice the last counts. Tomlyn's validation would find it, but refuses documents
            // in which one table of an array has [[array.inner]] and the next inner = [], as locks do.
            return TomlSerializer.Deserialize<TomlTable>(text, TomlContext.Default);
        }
        catch (TomlException exception)
        {
            var inner = exception.InnerException as TomlException ?? exception;
            reason = inner is { Line: { } line, Column: { } column }
                ? string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column} is no TOML")
                : "it is no TOML";
            return null;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException or OverflowException)
        {
            // What the parser itself does not foresee, such as dates that are none.
            reason = "a value in it cannot be read";
            return null;
        }
    }
}
