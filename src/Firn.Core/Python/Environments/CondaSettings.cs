using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Environments;

/// <summary>
/// Reads the one setting of a <c>.condarc</c> that finding an environment needs, from the two ways of writing a list
/// that people use in it; a YAML parser takes longer to start than all the rest.
/// </summary>
internal static class CondaSettings
{
    private const int Limit = 1024 * 1024;

    /// <summary>The folders under <c>envs_dirs</c> (or its older name <c>envs_path</c>), variables expanded.</summary>
    public static List<string> ReadEnvironmentFolders(string path, SystemContext systemContext)
    {
        var text = BoundedFile.ReadText(path, Limit);
        return text is null ? [] : ParseEnvironmentFolders(text, systemContext);
    }

    public static List<string> ParseEnvironmentFolders(string text, SystemContext systemContext)
    {
        var folders = new List<string>();
        var isIn = false;
        foreach (var whole in new TextLines(text))
        {
            var line = WithoutComment(whole).TrimEnd();
            var content = line.TrimStart();
            if (content.Length == 0)
            {
                continue;
            }

            if (isIn && content[0] == '-' && (content.Length == 1 || content[1] is ' ' or '\t'))
            {
                Add(content[1..]);
                continue;
            }

            isIn = false;
            if (Value(line) is { } value)
            {
                isIn = value.Length == 0;
                AddInline(value);
            }
        }

        return folders;

        void AddInline(string value)
        {
            var isList = value.StartsWith('[') && value.EndsWith(']');
            foreach (var item in isList ? value[1..^1].Split(',') : [value])
            {
                Add(item);
            }
        }

        void Add(ReadOnlySpan<char> item)
        {
            item = item.Trim();
            if (item.Length >= 2 && item[0] is '"' or '\'' && item[^1] == item[0])
            {
                item = item[1..^1];
            }

            if (item.Length > 0)
            {
                folders.Add(ExpandVariables(item.ToString(), systemContext));
            }
        }
    }

    private static string? Value(ReadOnlySpan<char> line)
    {
        foreach (var key in (string[])["envs_dirs", "envs_path"])
        {
            if (line.StartsWith(key, StringComparison.Ordinal))
            {
                var rest = line[key.Length..].TrimStart();
                return rest.Length > 0 && rest[0] == ':' ? rest[1..].Trim().ToString() : null;
            }
        }

        return null;
    }

    private static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line)
    {
        if (line.Length > 0 && line[0] == '#')
        {
            return default;
        }

        var comment = line.IndexOf(" #");
        return comment < 0 ? line : line[..comment];
    }

    /// <summary><c>$NAME</c> and <c>${NAME}</c>; an unknown one stays as it is (os.path.expandvars).</summary>
    private static string ExpandVariables(string text, SystemContext systemContext)
    {
        var result = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$')
            {
                result.Append(text[i]);
                continue;
            }

            var isBraced = i + 1 < text.Length && text[i + 1] == '{';
            var start = i + (isBraced ? 2 : 1);
            var end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }

            var isClosed = !isBraced || (end < text.Length && text[end] == '}');
            if (end > start && isClosed && systemContext.Variable(text[start..end]) is { } value)
            {
                result.Append(value);
                i = isBraced ? end : end - 1;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }
}
