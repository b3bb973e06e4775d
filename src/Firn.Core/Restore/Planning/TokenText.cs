using System.Text;
using Firn.Captures.Archives;

namespace Firn.Restore.Planning;

/// <summary>Puts folders of the restored environment in the place of an archive's tokens.</summary>
internal sealed class TokenText
{
    private readonly List<Replacement> _folders;
    private readonly KeyValuePair<string, string>? _baseExecutable;

    /// <param name="prefix">The tree's prefix.</param>
    /// <param name="basePrefix">The prefix of the interpreter under it; its own, where it is no virtual environment.</param>
    /// <param name="baseExecutable">The token of the base's interpreter and the file it stands for, where that lies elsewhere.</param>
    /// <param name="projects">The folders of editable projects by canonical name.</param>
    public TokenText(
        string prefix,
        string basePrefix,
        KeyValuePair<string, string>? baseExecutable,
        IEnumerable<KeyValuePair<string, string>> projects)
    {
        _folders = [new Replacement(ArchiveTokens.Base, basePrefix), new Replacement(ArchiveTokens.Prefix, prefix)];
        foreach (var (name, folder) in projects)
        {
            _folders.Add(new Replacement(ArchiveTokens.Project(name), folder));
        }

        _baseExecutable = baseExecutable;
    }

    /// <summary>The text with folders for tokens; in a <c>file://</c> URL they are escaped.</summary>
    public string Fill(string text)
    {
        if (!text.Contains("/@firn-", StringComparison.Ordinal))
        {
            return text;
        }

        if (_baseExecutable is { } executable)
        {
            text = ReplaceWhole(text, executable.Key, executable.Value);
        }

        foreach (var (token, folder) in _folders)
        {
            text = text.Replace("file://" + token, "file://" + Escaped(folder), StringComparison.Ordinal)
                .Replace(token, folder, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The bytes of the text with folders for tokens.</summary>
    public byte[] FillBytes(string text) => Encoding.UTF8.GetBytes(Fill(text));

    /// <summary>Replaces a file's path, but not the start of a longer name.</summary>
    private static string ReplaceWhole(string text, string path, string replacement)
    {
        var filled = new StringBuilder();
        var from = 0;
        while (text.IndexOf(path, from, StringComparison.Ordinal) is var at and >= 0)
        {
            var end = at + path.Length;
            var isWhole = end == text.Length || !(char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '-' or '_');
            filled.Append(text, from, at - from).Append(isWhole ? replacement : path);
            from = end;
        }

        return filled.Append(text, from, text.Length - from).ToString();
    }

    private static string Escaped(string folder)
    {
        var parts = folder.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Uri.EscapeDataString(parts[i]);
        }

        return string.Join('/', parts);
    }

    /// <summary>A token and the folder that it stands for.</summary>
    private sealed record Replacement(string Token, string Folder);
}
