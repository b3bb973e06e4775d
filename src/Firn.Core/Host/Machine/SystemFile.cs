using Firn.Common;
using Firn.Common.Files;

namespace Firn.Host.Machine;

/// <summary>Small text files of <c>/proc</c>, <c>/sys</c> and <c>/etc</c>.</summary>
internal static class SystemFile
{
    private const int Limit = 256 * 1024;

    /// <summary>The whole text, or <see langword="null"/>.</summary>
    public static string? All(SystemContext systemContext, string path) =>
        BoundedFile.ReadText(systemContext.SystemPath(path), Limit);

    /// <summary>The first line, trimmed; <see langword="null"/> where there is none or it is empty.</summary>
    public static string? Line(SystemContext systemContext, string path)
    {
        if (All(systemContext, path) is not { } text)
        {
            return null;
        }

        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = (end < 0 ? text : text[..end]).Trim();
        return line.Length == 0 ? null : line;
    }
}

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
