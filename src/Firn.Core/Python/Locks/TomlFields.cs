using Tomlyn.Model;

namespace Firn.Python.Locks;

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
