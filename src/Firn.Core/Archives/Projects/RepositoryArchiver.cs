using System.Text;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Common.Tar;
using Firn.Git;
using Firn.Git.Objects;

namespace Firn.Archives.Projects;

/// <summary>
/// Archives a work tree with a shallow repository of the commit that is checked out, so that git finds the restored
/// project as it was: the same HEAD, the same status, the same differences. Submodules come with repositories of their own.
/// </summary>
internal sealed class RepositoryArchiver(SystemContext systemContext, List<Problem> problems)
{
    private const int MaxDepth = 8;
    private const int MaxInfoBytes = 1024 * 1024;

    /// <summary>As in <see cref="ProjectFileReader.IsLimited"/>.</summary>
    public bool IsLimited { get; init; }

    public List<BundleMember> Members { get; } = [];

    public List<SkippedFile> LeftOut { get; } = [];

    /// <summary>What must stay open until the members are written.</summary>
    public List<IDisposable> Sources { get; } = [];

    /// <summary>Archives the part of a work tree below a folder.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="folder">The folder relative to the work tree: empty, or with a slash at the end.</param>
    /// <param name="target">Where the work tree lies in the bundle: empty, or with a slash at the end.</param>
    /// <param name="depth">How many repositories are around this one.</param>
    /// <returns>Whether git knows any file there, and it is not too large.</returns>
    public bool Add(GitRepository repository, string folder, string target, int depth = 0)
    {
        var hashLength = repository.HashLength;
        var objects = new GitObjectDatabase(repository.CommonDirectory, hashLength);
        Sources.Add(objects);
        var index = new RepositoryIndex(repository, objects, hashLength).Read();
        var files = new ProjectFileReader(repository.WorkTree, target)
        {
            Folder = folder,
            IsLimited = IsLimited,
            Ignore = new GitIgnore(repository, systemContext),
        };
        var left = new HashSet<string>(StringComparer.Ordinal);
        if (!AddTracked(repository, index, folder, target, files, left, depth))
        {
            return false;
        }

        files.Walk(folder);
        if (files.IsTooLarge)
        {
            return false;
        }

        Members.AddRange(files.Members);
        LeftOut.AddRange(files.LeftOut);
        AddRepository(repository, objects, index, hashLength, target, path => IsWanted(path, folder) && !left.Contains(path));
        return true;
    }

    /// <summary>Takes the files of the index, and marks those that do not come along.</summary>
    private bool AddTracked(
        GitRepository repository, List<GitIndexRecord> index, string folder, string target, ProjectFileReader files,
        HashSet<string> left, int depth)
    {
        var isAny = false;
        string? last = null;
        for (var i = 0; i < index.Count; i++)
        {
            var record = index[i];
            var path = Encoding.UTF8.GetString(record.Path);
            if (!IsWanted(path, folder) || left.Contains(path))
            {
                index[i] = record with { IsSkipped = true };
            }
            else if (path != last && !record.IsSkipped)
            {
                isAny |= path.StartsWith(folder, StringComparison.Ordinal);
                if ((record.Mode & 0xF000) == GitIndexEntry.Submodule)
                {
                    files.AddSubmodule(path);
                    AddSubmodule(Path.Join(repository.WorkTree, path), $"{target}{path}/", depth);
                }
                else if (!files.AddTracked(path))
                {
                    left.Add(path);
                    index[i] = record with { IsSkipped = true };
                }
            }

            last = path;
        }

        return isAny;
    }

    private void AddSubmodule(string folder, string target, int depth)
    {
        if (depth < MaxDepth && GitRepository.At(folder, systemContext) is { } submodule)
        {
            Add(submodule, string.Empty, target, depth + 1);
        }
    }

    /// <summary>The folder's files, and what says above it which of them git ignores and converts.</summary>
    private static bool IsWanted(string path, string folder)
    {
        if (path.StartsWith(folder, StringComparison.Ordinal))
        {
            return true;
        }

        var name = path.LastIndexOf('/') + 1;
        return folder.AsSpan().StartsWith(path.AsSpan(0, name)) && path.AsSpan(name) is ".gitignore" or ".gitattributes";
    }

    private void AddRepository(
        GitRepository repository, GitObjectDatabase objects, List<GitIndexRecord> index, int hashLength, string target,
        Predicate<string> wanted)
    {
        using var collected = new RepositoryObjects(repository, objects, hashLength, wanted);
        if (repository.HeadCommit is { } commit)
        {
            if (collected.AddCommit(commit) is not { } hasParents)
            {
                problems.Add(new Problem(
                    "git-commit-unread", repository.GitDirectory, "the commit of HEAD is not archived: it could not be read"));
                return;
            }

            if (hasParents)
            {
                AddText(target, "shallow", commit + "\n");
            }
        }

        foreach (var record in index)
        {
            if (!record.IsSkipped && !record.IsIntentToAdd && (record.Mode & 0xF000) != GitIndexEntry.Submodule)
            {
                collected.AddBlob(record.Id, Encoding.UTF8.GetString(record.Path));
            }
        }

        if (collected.Missing > 0)
        {
            problems.Add(new Problem(
                "git-objects-missing", repository.GitDirectory,
                $"{collected.MissingText} git objects are not archived: missing, damaged, or larger than 64 MiB"));
        }

        foreach (var member in collected.Members)
        {
            Members.Add(member with { Path = target + member.Path });
        }

        AddHead(repository, target, isEmpty: collected.Members.Count == 0);
        AddText(target, "config", RepositoryConfig.Compose(repository, hashLength));
        Members.Add(new BundleMember
        {
            Path = $"{target}.git/index",
            Content = BundleContent.OfBytes(GitIndexWriter.Write(index, hashLength)),
        });
        AddInfo(repository, target, "exclude");
        AddInfo(repository, target, "attributes");
    }

    private void AddHead(GitRepository repository, string target, bool isEmpty)
    {
        var reference = repository.Branch is { } branch && IsPlain(branch) ? $"refs/heads/{branch}" : null;
        AddText(target, "HEAD", reference is null ? $"{repository.HeadCommit}\n" : $"ref: {reference}\n");
        if (reference is not null && repository.HeadCommit is { } commit)
        {
            AddText(target, reference, commit + "\n");
        }
        else
        {
            Members.Add(new BundleMember { Path = $"{target}.git/refs", Kind = TarEntryKind.Directory });
        }

        if (isEmpty)
        {
            Members.Add(new BundleMember { Path = $"{target}.git/objects", Kind = TarEntryKind.Directory });
        }
    }

    private static bool IsPlain(string branch) =>
        RelativePath.IsSafe(branch) && !branch.Contains('\uFFFD', StringComparison.Ordinal);

    private void AddInfo(GitRepository repository, string target, string name)
    {
        if (BoundedFile.ReadText(Path.Join(repository.CommonDirectory, "info", name), MaxInfoBytes) is { } text)
        {
            AddText(target, $"info/{name}", text);
        }
    }

    private void AddText(string target, string name, string text) => Members.Add(new BundleMember
    {
        Path = $"{target}.git/{name}",
        Content = BundleContent.OfBytes(Encoding.UTF8.GetBytes(text)),
    });
}

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
