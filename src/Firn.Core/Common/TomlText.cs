using System.Globalization;
using System.Text;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Serialization;

namespace Firn.Common;

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
                ? string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column} is not TOML")
                : "it is not TOML";
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

/// <summary>Members of TOML tables; one of another type than expected counts as absent.</summary>
internal static class TomlFields
{
    public static string? Text(this TomlTable table, string name) => table.TryGetValue(name, out var value) ? value as string : null;

    public static TomlTable? Table(this TomlTable table, string name) => table.TryGetValue(name, out var value) ? value as TomlTable : null;

    public static long? Number(this TomlTable table, string name) => table.TryGetValue(name, out var value) && value is long number ? number : null;

    public static bool? Flag(this TomlTable table, string name) => table.TryGetValue(name, out var value) && value is bool flag ? flag : null;

    /// <summary>The tables of <c>[[name]]</c> or of an array of inline tables; <see langword="null"/> where there is no such array.</summary>
    public static List<TomlTable>? Tables(this TomlTable table, string name)
    {
        if (!table.TryGetValue(name, out var value) || value is not (TomlTableArray or TomlArray))
        {
            return null;
        }

        var items = value is TomlTableArray tables ? tables : (System.Collections.IEnumerable)value;
        var found = new List<TomlTable>();
        foreach (var item in items)
        {
            if (item is TomlTable inner)
            {
                found.Add(inner);
            }
        }

        return found;
    }

    /// <summary>The strings of an array; <see langword="null"/> where there is no array.</summary>
    public static List<string>? Texts(this TomlTable table, string name)
    {
        if (!table.TryGetValue(name, out var value) || value is not TomlArray array)
        {
            return null;
        }

        var found = new List<string>();
        foreach (var item in array)
        {
            if (item is string text)
            {
                found.Add(text);
            }
        }

        return found;
    }
}

/// <summary>Reads TOML into tables without reflection.</summary>
[TomlSerializable(typeof(TomlTable))]
internal sealed partial class TomlContext : TomlSerializerContext;
