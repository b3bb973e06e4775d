using Firn.Common.Files;

namespace Firn.Projects;

/// <summary>Finds the files that paths and globs mean. Links to files count as files; folders behind links do not.</summary>
internal sealed class FileFinder(string folder, CancellationToken cancellation)
{
    private readonly SortedSet<string> _found = new(StringComparer.Ordinal);
    private readonly List<string> _unreadable = [];
    private readonly SortedSet<string> _links = new(StringComparer.Ordinal);

    /// <summary>Finds the files of all patterns.</summary>
    public static FoundFiles Find(string folder, IReadOnlyList<string> patterns, CancellationToken cancellation)
    {
        var finder = new FileFinder(folder, cancellation);
        var missing = new List<string>();
        foreach (var text in patterns)
        {
            if (!finder.Find(new FilePattern(text, folder)))
            {
                missing.Add(text);
            }
        }

        return new FoundFiles([.. finder._found], missing, finder._unreadable, [.. finder._links]);
    }

    /// <summary>The path of a file as runs name it: relative to the project's folder, or absolute outside of it.</summary>
    public static string NameOf(string path, string folder) =>
        RealPath.IsWithin(path, folder) && path.Length > folder.Length ? path[folder.Length..].TrimStart('/') : path;

    private bool Find(FilePattern pattern)
    {
        if (IsFile(pattern.Start))
        {
            return pattern.IsPlain && Take(pattern.Start);
        }

        if (!Directory.Exists(pattern.Start))
        {
            return false;
        }

        var any = false;
        var pending = new Stack<string>();
        pending.Push(string.Empty);
        while (pending.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var inner = pending.Pop();
            var at = Path.Join(pattern.Start, inner);
            var entries = DirectoryReader.List(at, out var status);
            if (status != FileReadStatus.Read)
            {
                _unreadable.Add(at);
            }

            foreach (var entry in entries)
            {
                var relative = inner.Length == 0 ? entry.Name : $"{inner}/{entry.Name}";
                if (entry.Kind == DirectoryEntryKind.Directory)
                {
                    if (!IsOurs(Path.Join(at, entry.Name)))
                    {
                        pending.Push(relative);
                    }
                }
                else if (pattern.IsPlain || pattern.MatchesBelow(relative))
                {
                    any |= IsFile(Path.Join(at, entry.Name)) ? Take(Path.Join(at, entry.Name)) : Leave(at, entry);
                }
            }
        }

        return any;
    }

    private bool Take(string path)
    {
        _found.Add(NameOf(path, folder));
        return true;
    }

    private bool Leave(string at, DirectoryEntry entry)
    {
        var path = Path.Join(at, entry.Name);
        var isThere = FileStatReader.TryRead(path, out var stat);
        // The bytes of a name that is not text came as another name, which leads nowhere.
        if (isThere ? stat.IsLink : entry.Name.Contains('\ufffd', StringComparison.Ordinal))
        {
            _links.Add(NameOf(path, folder));
        }

        return false;
    }

    private bool IsOurs(string path) =>
        path == Path.Join(folder, Project.StateFolder) || path == Path.Join(folder, ".git");

    /// <summary>Pipes, sockets and devices have no content that could be kept.</summary>
    private static bool IsFile(string path) =>
        FileStatReader.TryRead(path, out var stat)
        && (stat.IsRegularFile || (stat.IsLink && FileStatReader.TryRead(RealPath.Of(path), out stat) && stat.IsRegularFile));
}

/// <summary>What a list of paths and globs means at one moment.</summary>
/// <param name="Paths">The files, relative to the project's folder or absolute outside of it, sorted, each once.</param>
/// <param name="Missing">The patterns that nothing was found for.</param>
/// <param name="Unreadable">Folders that could not be looked into.</param>
/// <param name="Links">Links to folders or nowhere that a pattern means, named like <paramref name="Paths"/>: they are not files.</param>
internal sealed record FoundFiles(
    IReadOnlyList<string> Paths, IReadOnlyList<string> Missing, IReadOnlyList<string> Unreadable, IReadOnlyList<string> Links);

/// <summary>
/// A path or a glob of <c>firn.yaml</c>: <c>*</c>, <c>?</c> and <c>[...]</c> within a part, <c>**</c> for any folders. What
/// matches a folder means all files in it.
/// </summary>
internal sealed class FilePattern
{
    private readonly string _pattern;

    /// <param name="text">As written.</param>
    /// <param name="folder">The project's folder, absolute.</param>
    public FilePattern(string text, string folder)
    {
        Text = text;
        var parts = text.TrimEnd('/').Split('/');
        var plain = 0;
        while (plain < parts.Length && parts[plain].AsSpan().IndexOfAny('*', '?', '[') < 0)
        {
            plain++;
        }

        IsPlain = plain == parts.Length;
        Start = Path.GetFullPath(string.Join('/', parts[..plain]) is { Length: > 0 } fixedPart ? fixedPart : Rooted(text), folder);
        _pattern = string.Join('/', parts[plain..]);
    }

    public string Text { get; }

    /// <summary>Whether it is one path.</summary>
    public bool IsPlain { get; }

    /// <summary>The path, or the folder below which everything that matches lies; absolute.</summary>
    public string Start { get; }

    /// <summary>Whether an absolute path, or a folder it is in, is meant.</summary>
    public bool Matches(string path)
    {
        if (!Firn.Common.Files.RealPath.IsWithin(path, Start))
        {
            return false;
        }

        return IsPlain || MatchesBelow(path[Start.Length..].TrimStart('/'));
    }

    /// <summary>Whether a path relative to <see cref="Start"/>, or a folder it is in, is meant.</summary>
    public bool MatchesBelow(string relative)
    {
        for (var end = relative.Length; end > 0; end = relative.LastIndexOf('/', end - 1))
        {
            if (WildMatch.IsMatch(_pattern, relative[..end]))
            {
                return true;
            }
        }

        return false;
    }

    private static string Rooted(string text) => text.StartsWith('/') ? "/" : ".";
}
