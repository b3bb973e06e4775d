using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Firn.Common.Json;

/// <summary>Reads the members of a document's object; a member of another type than expected counts as absent.</summary>
internal static class JsonFields
{
    /// <summary>Parses a document and reads its root.</summary>
    /// <exception cref="FormatException">It is not JSON, or <paramref name="read"/> says what is wrong.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException(JsonFailure.Reason(exception), exception);
        }
    }

    /// <summary>The same, with the caller's own words for what is wrong.</summary>
    /// <param name="json">The document.</param>
    /// <param name="read">Reads the members; throws <see cref="FormatException"/> where one is wrong.</param>
    /// <param name="failure">Makes what is thrown of the reason.</param>
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read, Func<string, Exception, FirnException> failure)
    {
        try
        {
            return Read(json, read);
        }
        catch (FormatException exception)
        {
            throw failure(JsonFailure.Reason(exception), exception);
        }
    }

    /// <summary>What is read of a document; <see langword="null"/> where it is not JSON, or not what it must be.</summary>
    public static T? TryRead<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            return Read(json, read);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static string? Text(this JsonElement element, string name) =>
        element.TryMember(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <exception cref="FormatException">The member is missing or no string.</exception>
    public static string RequiredText(this JsonElement element, string name) =>
        element.Text(name) ?? throw new FormatException($"`{name}` is missing or no string");

    public static long? Number(this JsonElement element, string name) =>
        element.TryMember(name, out var member)
        && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number)
            ? number
            : null;

    public static int Count(this JsonElement element, string name) =>
        element.Number(name) is { } number and >= 0 and <= int.MaxValue ? (int)number : 0;

    public static bool? Flag(this JsonElement element, string name) =>
        element.TryMember(name, out var member)
            ? member.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            }
            : null;

    public static JsonElement? Object(this JsonElement element, string name) =>
        element.TryMember(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    /// <summary>What is read of the objects of an array; whatever else it holds is left out.</summary>
    public static ImmutableArray<T> Objects<T>(this JsonElement element, string name, Func<JsonElement, T> read)
        where T : class
    {
        // Not by LINQ: over a framework's struct it is compiled anew in every process.
        var found = ImmutableArray.CreateBuilder<T>();
        foreach (var item in element.Items(name))
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                found.Add(read(item));
            }
        }

        return found.DrainToImmutable();
    }

    /// <summary>The strings of an array; whatever else it holds is left out.</summary>
    public static ImmutableArray<string> Texts(this JsonElement element, string name) =>
        element.Texts(name, static text => text);

    /// <summary>What is read of the strings of an array; whatever else it holds is left out.</summary>
    public static ImmutableArray<string> Texts(this JsonElement element, string name, Func<string, string> read)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (var item in element.Items(name))
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                found.Add(read(item.GetString()!));
            }
        }

        return found.DrainToImmutable();
    }

    /// <summary>The members of an object whose values are strings.</summary>
    public static ImmutableSortedDictionary<string, string> TextMembers(this JsonElement element, string name)
    {
        var members = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (element.Object(name) is { } inner)
        {
            foreach (var member in inner.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String)
                {
                    members[member.Name] = member.Value.GetString()!;
                }
            }
        }

        return members.ToImmutable();
    }

    /// <summary>The items of an array, of whatever kind.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement element, string name) =>
        element.TryMember(name, out var member) && member.ValueKind == JsonValueKind.Array
            ? member.EnumerateArray()
            : default;

    /// <summary>The member, of whatever kind; an undefined element where it is missing.</summary>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.TryMember(name, out var member) ? member : default;

    private static bool TryMember(this JsonElement element, string name, out JsonElement member)
    {
        member = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out member);
    }
}

/// <summary>Says in Firn's words why a JSON document cannot be read; .NET's messages speak of its own parser.</summary>
internal static class JsonFailure
{
    /// <summary>The reason, to stand behind the document's path and a colon.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        JsonException { LineNumber: { } line, BytePositionInLine: { } column } =>
            string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, column {column + 1} is not JSON"),
        JsonException => "it is not JSON",
        // Half of a surrogate pair, or bytes that are not UTF-8, are found out only when a text is taken.
        InvalidOperationException => "a text in it is not Unicode",
        _ => exception.Message.TrimEnd('.'),
    };
}
