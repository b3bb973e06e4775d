using Firn.Common;
using Firn.Git;
using Firn.Projects;
using Firn.Runs.Launching;
using Firn.Runs.Records;

namespace Firn.Runs.Code;

/// <summary>
/// Reads the code of a project: the commit, what differs from it, and the source files that git does not have. Inputs and
/// outputs are not code, wherever they lie.
/// </summary>
/// <param name="folder">The project's folder, absolute.</param>
/// <param name="systemContext">Variables and home.</param>
/// <param name="secrets">Which files are not code.</param>
/// <param name="git">Makes the patch.</param>
internal sealed class CodeReader(string folder, SystemContext systemContext, ProjectSecrets secrets, GitProgram git)
{
    private const int MaxPatchBytes = 100 * 1024 * 1024;
    private const int MaxNamed = 8;
    private readonly List<Problem> _problems = [];

    /// <summary>Reads the code.</summary>
    /// <param name="data">The inputs and outputs.</param>
    /// <param name="named">
    /// Outside of any repository and project: the arguments of the command, of which the files are the code.
    /// <see langword="null"/> in a project: then all source files in its folder are.
    /// </param>
    /// <param name="cancellation">Stops the reading.</param>
    public RunCode Read(IReadOnlyList<FilePattern> data, IReadOnlyList<string>? named, CancellationToken cancellation)
    {
        var repository = GitRepository.Find(folder, systemContext);
        using var contents = new CodeContents(folder, repository, systemContext);
        if (repository is null)
        {
            var alone = new CodeFileList(folder, secrets, string.Empty);
            var files = new UntrackedSources(folder, null, systemContext, data, secrets, contents, alone);
            files.Take(named, cancellation);
            return Kept(new ExecutionCode(), null, [], files, contents, alone);
        }

        var state = repository.Read(cancellation);
        _problems.AddRange(repository.Problems);
        contents.AddTracked(repository, state, data, secrets, cancellation);
        var tree = new CodeFileList(repository.WorkTree, secrets, contents.WithinWorkTree);
        tree.AddTracked(repository, systemContext, cancellation);
        var untracked = new UntrackedSources(folder, repository, systemContext, data, secrets, contents, tree);
        untracked.Take(null, cancellation);
        var patch = state.IsDirty == false || state.Commit is null ? null : Patch(state, data);
        var secret = new List<string>();
        if (patch is not null)
        {
            patch = secrets.WithoutSecrets(patch, contents.WithinWorkTree, secret) is { Length: > 0 } kept ? kept : null;
        }

        var code = new ExecutionCode
        {
            Commit = state.Commit,
            Remote = state.Remote,
            Folder = state.Subdirectory ?? ".",
            HasPatch = patch is not null,
        };
        return Kept(code, patch, secret, untracked, contents, tree);
    }

    private RunCode Kept(
        ExecutionCode code, byte[]? patch, List<string> secret, UntrackedSources files, CodeContents contents, CodeFileList tree)
    {
        secret.AddRange(files.Secret);
        secret.Sort(StringComparer.Ordinal);
        if (secret.Count > 0)
        {
            _problems.Add(new Problem(
                "code-secret",
                null,
                $"not kept as code, since they may hold passwords or tokens: {Named(secret)}"));
        }

        if (files.LeftOut.Count > 0)
        {
            _problems.Add(new Problem(
                "code-left-out",
                null,
                $"not kept as code, since they are too large: {Named([.. files.LeftOut])}; commit or ignore them, or declare them as inputs or outputs"));
        }

        return new RunCode(
            code with
            {
                Digest = contents.Digest(),
                Untracked = [.. files.Kept.Select(file => file.Name)],
                LeftOut = [.. files.LeftOut],
                Secret = [.. secret],
            },
            patch, files.Kept, _problems)
        { Tree = tree };
    }

    private static string Named(List<string> files) => string.Join(", ", files.Take(MaxNamed))
        + (files.Count > MaxNamed ? $" and {files.Count - MaxNamed} more" : string.Empty);

    /// <summary>What <c>git diff</c> prints, without what the user's settings would change of it.</summary>
    private byte[]? Patch(GitState state, IReadOnlyList<FilePattern> data)
    {
        var arguments = new List<string>
        {
            "-c", "core.fsmonitor=false", "-c", "core.quotePath=true", "-c", "diff.suppressBlankEmpty=false", "-c", "diff.relative=false",
            "diff", "--binary", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames",
            "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "HEAD", "--", ":/",
        };
        foreach (var pattern in data)
        {
            if (!Path.IsPathRooted(pattern.Text) && !pattern.Text.StartsWith("..", StringComparison.Ordinal))
            {
                arguments.Add($":(exclude,glob){pattern.Text}");
                arguments.Add($":(exclude,glob){pattern.Text.TrimEnd('/')}/**");
            }
        }

        try
        {
            var output = git.Run(folder, MaxPatchBytes, arguments);
            if (output.Exit.ExitCode == 0 && output.IsComplete)
            {
                return output.Output.Length > 0 ? output.Output : null;
            }

            NotKept(state, output.IsComplete ? FirstLine(output.Error) : "they are larger than 100 MB");
        }
        catch (FirnException exception)
        {
            NotKept(state, exception.Message);
        }

        return null;
    }

    private void NotKept(GitState state, string reason) => _problems.Add(new Problem(
        "code-patch-missing", state.WorkTree, $"the changes that are not committed could not be kept ({reason})"));

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return Credentials.Remove(end < 0 ? text : text[..end]);
    }
}

/// <summary>The code of a run, as it was before it.</summary>
/// <param name="Code">What the record says of it.</param>
/// <param name="Patch">What was not committed; <see langword="null"/> where there is nothing, or no git.</param>
/// <param name="Untracked">The source files that git does not have.</param>
/// <param name="Problems">What could not be kept.</param>
internal sealed record RunCode(
    ExecutionCode Code, byte[]? Patch, IReadOnlyList<UntrackedFile> Untracked, IReadOnlyList<Problem> Problems)
{
    /// <summary>All files of it as they lie in the work tree; <see langword="null"/> where it comes from the store.</summary>
    public CodeFileList? Tree { get; init; }

    /// <summary>The digest of <see cref="Kept"/>.</summary>
    public Sha256Digest? Document { get; init; }

    /// <summary>All files of it as the store has them; <see langword="null"/> where it is not there, or only as a commit's.</summary>
    public CodeDocument? Kept { get; init; }
}

/// <summary>A source file that git does not have.</summary>
/// <param name="Name">Relative to the project's folder.</param>
/// <param name="Content">Its bytes, as they were before the run.</param>
internal sealed record UntrackedFile(string Name, ReadOnlyMemory<byte> Content);
