using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Git.Configuration;

namespace Firn.Git;

/// <summary>
/// A git repository with a work tree, read from its files: no git runs. Nothing is read before it is asked for, and
/// an object is for one thread.
/// </summary>
internal sealed class GitRepository
{
    private readonly SystemContext _systemContext;
    private readonly GitLocation _location;
    private readonly string _start;
    private readonly GitReferences _references;
    private readonly List<Problem> _problems = [];
    private GitHead? _head;
    private GitConfig? _config;
    private bool? _isRefused;

    private GitRepository(GitLocation location, string start, SystemContext systemContext)
    {
        _start = start;
        _location = location;
        _systemContext = systemContext;
        _references = new GitReferences(location.GitDirectory, location.CommonDirectory, _problems);
    }

    /// <summary>The folder of the checked out files, links followed.</summary>
    public string WorkTree => _location.WorkTree;

    /// <summary>What git keeps for this work tree: <c>.git</c>, or where the file <c>.git</c> points.</summary>
    public string GitDirectory => _location.GitDirectory;

    /// <summary>What git keeps for all work trees of the repository.</summary>
    public string CommonDirectory => _location.CommonDirectory;

    /// <summary>What was met so far that could not be read.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    private GitHead Head => _head ??= ReadHead();

    /// <summary>The configuration of all scopes.</summary>
    public GitConfig Config => _config ??= ReadConfig();

    /// <summary>How long an object's id is: 20 bytes of SHA-1, or 32 of SHA-256.</summary>
    public int HashLength => Config.Get("extensions.objectformat") == "sha256" ? 32 : 20;

    /// <summary>What <c>git rev-parse HEAD</c> prints; <see langword="null"/> before the first commit or if broken.</summary>
    public string? HeadCommit => Head.Commit;

    /// <summary>The short name of the branch, also before its first commit; <see langword="null"/> if detached.</summary>
    public string? Branch
    {
        get
        {
            const string heads = "refs/heads/";
            var name = Head.Name;
            return name.StartsWith(heads, StringComparison.Ordinal) ? name[heads.Length..] : null;
        }
    }

    /// <summary>Whether the branch has no commit yet, as against one that cannot be read.</summary>
    public bool IsUnborn => HeadCommit is null && Branch is not null && !Head.IsBroken;

    /// <summary>
    /// Whether git refuses to work here because of "dubious ownership" (git-config(1), <c>safe.directory</c>):
    /// <c>git rev-parse HEAD</c> then fails.
    /// </summary>
    public bool IsRefusedForOwnership => _isRefused ??= new GitOwnership(_location, _systemContext).IsRefused();

    /// <summary>
    /// The remotes in the order of <c>git config --get-regexp</c>, with the URLs as configured: never to be shown
    /// before <see cref="Credentials.Remove"/>. A name comes twice where it has two URLs.
    /// </summary>
    public ImmutableArray<GitRemote> Remotes
    {
        get
        {
            var remotes = ImmutableArray.CreateBuilder<GitRemote>();
            foreach (var entry in Config.Entries)
            {
                if (RemoteName(entry.Key) is { } name && entry.Value is { } url)
                {
                    remotes.Add(new GitRemote(name, url));
                }
            }

            return remotes.ToImmutable();
        }
    }

    /// <summary>The URL of <c>origin</c>, else of the first remote, without credentials; <see langword="null"/> without one.</summary>
    public string? Remote => MainRemote() is { } url ? Credentials.Remove(url) : null;

    /// <summary>The folder relative to the work tree; <see langword="null"/> where it is the same.</summary>
    public string? Subdirectory => Path.GetRelativePath(WorkTree, _start) is var within && within == "." ? null : within;

    /// <summary>The repository that the folder belongs to; <see langword="null"/> where git finds none.</summary>
    public static GitRepository? Find(string directory, SystemContext systemContext) =>
        new GitRepositoryFinder(systemContext).Find(directory) is { } location
            ? new GitRepository(location, RealPath.Of(directory), systemContext)
            : null;

    /// <summary>The repository whose work tree is this folder, such as a submodule.</summary>
    public static GitRepository? At(string folder, SystemContext systemContext) =>
        GitRepositoryFinder.At(folder) is { } location ? new GitRepository(location, folder, systemContext) : null;

    /// <summary>The state of the work tree; what could not be read is <see langword="null"/>, and among the problems.</summary>
    public GitState Read(CancellationToken cancellationToken)
    {
        var status = ReadStatus(0, cancellationToken);
        string[] modified = [.. status.Modified];
        Array.Sort(modified, StringComparer.Ordinal);
        return new GitState
        {
            WorkTree = WorkTree,
            Subdirectory = Subdirectory,
            Commit = HeadCommit,
            Branch = Branch,
            Remote = Remote,
            IsDirty = status.IsDirty,
            HasStagedChanges = status.HasStagedChanges,
            ModifiedFiles = [.. modified],
            ModifiedCount = status.ModifiedCount,
        };
    }

    /// <summary>The state of the repository that a folder belongs to; <see langword="null"/> where git finds none.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="systemContext">Variables, home and the system's files.</param>
    /// <param name="problems">Receives what could not be read.</param>
    public static GitState? ReadState(string directory, SystemContext systemContext, List<Problem> problems)
    {
        var repository = Find(directory, systemContext);
        var state = repository?.Read(CancellationToken.None);
        problems.AddRange(repository?.Problems ?? []);
        return state;
    }

    /// <summary>Whether this submodule differs from its commit.</summary>
    public bool? IsDirty(int depth, CancellationToken cancellationToken) =>
        ReadStatus(depth, cancellationToken).IsDirty;

    /// <summary>
    /// The lines that <c>git config --get-regexp remote\..*\.url</c> prints in this work tree, <c>KEY VALUE</c>, which
    /// is what pip asks (pip: vcs/git.py <c>get_remote_url</c>); <see langword="null"/> where it fails because the
    /// configuration is invalid.
    /// </summary>
    public ImmutableArray<string>? RemoteUrlLines()
    {
        // In a repository that it refuses, git config still prints what the user's own files say.
        var config = IsRefusedForOwnership ? new GitConfigReader(_systemContext, null, []).Read() : Config;
        if (config.IsInvalid)
        {
            return null;
        }

        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in config.Entries)
        {
            if (IsRemoteUrl(entry.Key))
            {
                lines.AddRange((entry.Value is null ? entry.Key : entry.Key + " " + entry.Value).Split('\n'));
            }
        }

        return lines.ToImmutable();
    }

    /// <summary>The regular expression <c>remote\..*\.url</c>, which is not anchored.</summary>
    private static bool IsRemoteUrl(string key)
    {
        var at = key.IndexOf("remote.", StringComparison.Ordinal);
        return at >= 0 && key.IndexOf(".url", at + 7, StringComparison.Ordinal) >= 0;
    }

    private static string? RemoteName(string key)
    {
        const string start = "remote.";
        const string end = ".url";
        return key.Length >= start.Length + end.Length
            && key.StartsWith(start, StringComparison.Ordinal)
            && key.EndsWith(end, StringComparison.Ordinal)
            ? key[start.Length..^end.Length]
            : null;
    }

    private string? MainRemote()
    {
        string? first = null;
        foreach (var remote in Remotes)
        {
            if (remote.Name == "origin")
            {
                return remote.Url;
            }

            first ??= remote.Url;
        }

        return first;
    }

    private WorkTreeChanges ReadStatus(int depth, CancellationToken cancellationToken)
    {
        using var reader = new GitStatusReader(this, _systemContext, _problems, depth, cancellationToken);
        return reader.Read();
    }

    private GitHead ReadHead()
    {
        if (!_references.IsReftable())
        {
            return _references.ResolveHead();
        }

        _problems.Add(new Problem(
            "git-reftable-unsupported", CommonDirectory, "the repository keeps its references as a reftable"));
        return new GitHead("HEAD", null, IsBroken: true);
    }

    private GitConfig ReadConfig() =>
        new GitConfigReader(_systemContext, new GitConfigContext(GitDirectory, CommonDirectory, Branch), _problems).Read();
}

/// <summary>The state of a git work tree, as its files tell it.</summary>
public sealed record GitState
{
    /// <summary>The folder of the checked out files, absolute, links followed.</summary>
    public required string WorkTree { get; init; }

    /// <summary>The folder that was asked about, relative to <see cref="WorkTree"/>; <see langword="null"/> if it is the same.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The commit that is checked out; <see langword="null"/> before the first one, or where it cannot be read.</summary>
    public string? Commit { get; init; }

    /// <summary>The short name of the branch; <see langword="null"/> on a detached head.</summary>
    public string? Branch { get; init; }

    /// <summary>The URL of the remote <c>origin</c>, else of the first remote, without credentials.</summary>
    public string? Remote { get; init; }

    /// <summary>
    /// Whether a tracked file differs from <see cref="Commit"/>: in the work tree, or staged. Files that git does not
    /// track do not count. <see langword="null"/> where only git itself could tell.
    /// </summary>
    public bool? IsDirty { get; init; }

    /// <summary>Whether the index differs from the commit; <see langword="null"/> where only git itself could tell.</summary>
    public bool? HasStagedChanges { get; init; }

    /// <summary>The tracked files that differ from the index, sorted, the first of them if there are very many.</summary>
    public ImmutableArray<string> ModifiedFiles { get; init; } = [];

    /// <summary>How many differ, also those that <see cref="ModifiedFiles"/> leaves out.</summary>
    public int ModifiedCount { get; init; }
}

/// <summary>A remote as the configuration has it: the URL may hold a credential, so it never goes into a document.</summary>
internal sealed record GitRemote(string Name, string Url);
