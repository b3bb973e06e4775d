namespace Firn.Python.Pip;

/// <summary>Finds the project that a line of a requirement file names (pip: req/constructors.py).</summary>
internal static class RequirementLine
{
    /// <summary>The name; <see langword="null"/> where the line does not tell it.</summary>
    public static string? NameOf(ReadOnlySpan<char> line)
    {
        var text = PythonText.Strip(WithoutComment(line));
        var isEditable = text.StartsWith("-e") || text.StartsWith("--editable");
        if (isEditable)
        {
            text = text.StartsWith("-e") ? text[2..] : text["--editable".Length..];
            text = PythonText.Strip(text).TrimStart('=').TrimStart();
        }

        if (EggName(text) is { } egg)
        {
            return egg;
        }

        var end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' or '.'))
        {
            end++;
        }

        var rest = text[end..].TrimStart();
        var isName = end > 0 && (rest.IsEmpty || "[<>=!~;@(,".Contains(rest[0], StringComparison.Ordinal));
        return isName && !isEditable && !text[..end].EndsWith(".whl") ? text[..end].ToString() : WheelNameOf(text);
    }

    private static string? EggName(ReadOnlySpan<char> text)
    {
        var hash = text.IndexOf('#');
        var egg = hash < 0 ? -1 : text[hash..].IndexOf("egg=");
        if (egg < 0)
        {
            return null;
        }

        var name = text[(hash + egg + 4)..];
        var end = name.IndexOfAny('&', '[', ' ');
        return (end < 0 ? name : name[..end]).ToString();
    }

    private static string? WheelNameOf(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('#', ';', ' ');
        var path = end < 0 ? text : text[..end];
        var file = path[(path.LastIndexOf('/') + 1)..];
        var dash = file.IndexOf('-');
        return file.EndsWith(".whl") && dash > 0 ? file[..dash].ToString() : null;
    }

    /// <summary><c>(^|\s+)#.*$</c>.</summary>
    private static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#' && (i == 0 || PythonText.IsSpace(line[i - 1])))
            {
                return line[..i];
            }
        }

        return line;
    }
}
