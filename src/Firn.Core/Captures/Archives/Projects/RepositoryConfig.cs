using System.Text;
using Firn.Common;
using Firn.Git;

namespace Firn.Captures.Archives.Projects;

/// <summary>
/// Writes the configuration of an archived repository: what decides whether a file counts as changed, and the remotes
/// without credentials. Nothing that names a program comes along.
/// </summary>
internal static class RepositoryConfig
{
    private static readonly string[] Kept = ["filemode", "symlinks", "ignorecase", "autocrlf", "eol", "precomposeunicode"];

    /// <summary>The text of <c>.git/config</c>.</summary>
    public static string Compose(GitRepository repository, int hashLength)
    {
        var text = new StringBuilder("[core]\n\trepositoryformatversion = ").Append(hashLength == 32 ? '1' : '0').Append('\n');
        foreach (var key in Kept)
        {
            if (repository.Config.Get("core." + key) is { } value)
            {
                text.Append('\t').Append(key).Append(" = ").Append(Quoted(value)).Append('\n');
            }
        }

        text.Append("\tbare = false\n");
        if (hashLength == 32)
        {
            text.Append("[extensions]\n\tobjectformat = sha256\n");
        }

        AddRemotes(text, repository);
        return text.ToString();
    }

    private static void AddRemotes(StringBuilder text, GitRepository repository)
    {
        string? last = null;
        foreach (var (name, url) in repository.Remotes)
        {
            if (name != last)
            {
                text.Append("[remote \"").Append(Escaped(name)).Append("\"]\n");
                text.Append("\tfetch = ").Append(Quoted($"+refs/heads/*:refs/remotes/{name}/*")).Append('\n');
                last = name;
            }

            text.Append("\turl = ").Append(Quoted(Credentials.Remove(url))).Append('\n');
        }
    }

    private static string Quoted(string value) => $"\"{Escaped(value).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal);
}
