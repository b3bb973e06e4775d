using Firn.Common;

namespace Firn.Host;

/// <summary>Finds values in text of one <c>name SEPARATOR value</c> a line, as <c>/proc</c> and <c>os-release</c> have it.</summary>
internal static class KeyValueText
{
    /// <summary>The value on the first line of that name, trimmed, or <see langword="null"/>.</summary>
    public static string? Value(ReadOnlySpan<char> text, string name, char separator)
    {
        foreach (var line in new TextLines(text))
        {
            if (!line.StartsWith(name, StringComparison.Ordinal))
            {
                continue;
            }

            var rest = line[name.Length..].TrimStart();
            if (!rest.IsEmpty && rest[0] == separator)
            {
                var value = rest[1..].Trim();
                return value.IsEmpty ? null : value.ToString();
            }
        }

        return null;
    }

    /// <summary>The value as a whole number that is not negative.</summary>
    public static int? Number(ReadOnlySpan<char> text, string name, char separator) =>
        int.TryParse(Value(text, name, separator), System.Globalization.NumberStyles.None, null, out var number)
            ? number
            : null;
}
