using System.Text;
using Firn.Archives.Secrets;
using Firn.Common.Files;
using Firn.Storage.Results;

namespace Firn.Projects;

/// <summary>
/// Which files of a project are not code, since they may hold secrets: those that Firn knows by their names, and those that
/// <c>secrets</c> of <c>firn.yaml</c> adds.
/// </summary>
internal sealed class ProjectSecrets
{
    private static readonly byte[] Section = "diff --git "u8.ToArray();
    private readonly List<string> _names = [];
    private readonly List<FilePattern> _paths = [];
    private readonly string _folder;

    public ProjectSecrets(Project project)
    {
        _folder = project.Folder;
        foreach (var pattern in project.Secrets)
        {
            if (pattern.Contains('/', StringComparison.Ordinal))
            {
                _paths.Add(new FilePattern(pattern, project.Folder));
            }
            else
            {
                _names.Add(pattern);
            }
        }
    }

    /// <summary>Whether a file, relative to the project's folder, is one by its name.</summary>
    public bool Contains(string name)
    {
        if (SecretFiles.ContainsIn(name, _folder))
        {
            return true;
        }

        if (_names.Count == 0 && _paths.Count == 0)
        {
            return false;
        }

        var last = name[(name.LastIndexOf('/') + 1)..];
        return _names.Exists(pattern => WildMatch.IsMatch(pattern, last))
            || _paths.Exists(pattern => pattern.Matches(Path.GetFullPath(name, _folder)));
    }

    /// <summary>The same where its bytes are at hand.</summary>
    public bool Contains(string name, ReadOnlySpan<byte> content) => Contains(name) || SecretFiles.Contains(name, content);

    /// <summary>A patch of git's without the files that may hold secrets.</summary>
    /// <param name="patch">With <c>a/</c> and <c>b/</c> before the paths, quoted as <c>core.quotePath</c> has it, and no renames.</param>
    /// <param name="within">The project's folder in the work tree, empty or with a slash at the end.</param>
    /// <param name="removed">Takes their names, relative to the project's folder.</param>
    public byte[] WithoutSecrets(byte[] patch, string within, List<string> removed)
    {
        var kept = new MemoryStream(patch.Length);
        var start = 0;
        while (start < patch.Length)
        {
            var end = NextSection(patch, start + 1);
            var section = patch.AsSpan(start, end - start);
            var name = NameOf(section, within);
            if (name is not null && Contains(name, PlainSettings.IsNamed(name) ? PlainSettings.LinesOf(section) : section))
            {
                removed.Add(name);
            }
            else
            {
                kept.Write(section);
            }

            start = end;
        }

        return removed.Count == 0 ? patch : kept.ToArray();
    }

    /// <summary>No line of a hunk or of binary data begins as a section does.</summary>
    private static int NextSection(byte[] patch, int from)
    {
        while (from < patch.Length)
        {
            var at = patch.AsSpan(from).IndexOf(Section);
            if (at < 0)
            {
                break;
            }

            if (patch[from + at - 1] == '\n')
            {
                return from + at;
            }

            from += at + 1;
        }

        return patch.Length;
    }

    /// <summary>The path of a section's first line, <c>diff --git a/PATH b/PATH</c>; both are the same.</summary>
    private static string? NameOf(ReadOnlySpan<byte> section, string within)
    {
        var end = section.IndexOf((byte)'\n');
        if (end < 0 || !section.StartsWith(Section))
        {
            return null;
        }

        var line = section[Section.Length..end];
        var text = Encoding.UTF8.GetString(line[..((line.Length - 1) / 2)]);
        var isQuoted = text.StartsWith('"');
        var path = isQuoted ? text[3..^1] : text.Length > 2 ? text[2..] : text;
        return path.StartsWith(within, StringComparison.Ordinal) ? path[within.Length..] : path;
    }
}

/// <summary>Finds among results those that may hold secrets: by their names, by those that the project adds, and private keys.</summary>
internal sealed class SecretResults(Project project)
{
    private readonly ProjectSecrets _secrets = new(project);

    /// <summary>Those of some files.</summary>
    public IReadOnlyList<ResultSource> Find(IEnumerable<ResultSource> files) => [.. files.Where(IsSecret)];

    private bool IsSecret(ResultSource file)
    {
        var path = Path.GetRelativePath(project.Folder, file.Path);
        return SecretFiles.Contains(file.Name) || _secrets.Contains(path)
            || SecretFiles.ContainsFile(path, file.Path, file.Size);
    }
}
