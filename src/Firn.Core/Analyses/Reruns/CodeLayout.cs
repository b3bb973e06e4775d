using Firn.Analyses.Running;
using Firn.Common;

namespace Firn.Analyses.Reruns;

/// <summary>
/// The code of a run, laid out in a folder of its own: a git work tree of its commit with what was not committed put on
/// top, or without git the files that the run kept. Disposing of it removes it.
/// </summary>
internal sealed class CodeLayout : IDisposable
{
    private const int MostOutput = 64 * 1024;
    private readonly string _folder;
    private readonly GitProgram _git;
    private readonly string? _repository;

    private CodeLayout(string folder, string project, GitProgram git, string? repository)
    {
        _folder = folder;
        _git = git;
        _repository = repository;
        Project = project;
    }

    /// <summary>The project's folder in it, absolute.</summary>
    public string Project { get; }

    /// <summary>Lays the code out.</summary>
    /// <param name="code">The code.</param>
    /// <param name="project">The project's folder, in whose repository the commit is looked for.</param>
    /// <param name="folder">A folder that does not exist.</param>
    /// <param name="git">Runs git.</param>
    /// <exception cref="FirnException">The commit is not there, the patch does not fit, or the folder cannot be written.</exception>
    public static CodeLayout Make(CodeState code, string project, string folder, GitProgram git)
    {
        var hasCommit = code.Code.Commit is not null;
        var inner = hasCommit && code.Code.Folder != "." ? Path.Join(folder, code.Code.Folder) : folder;
        var layout = new CodeLayout(folder, inner, git, hasCommit ? project : null);
        try
        {
            if (hasCommit)
            {
                layout.CheckOut(code);
            }

            Directory.CreateDirectory(inner);
            foreach (var file in code.Untracked)
            {
                var path = Path.Join(inner, file.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, file.Content.ToArray());
            }

            return layout;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            layout.Dispose();
            throw new FirnException(
                $"cannot lay the code out in {folder}: {exception.Message.TrimEnd('.')}", "make room there, or set TMPDIR",
                innerException: exception);
        }
        catch (FirnException)
        {
            layout.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_repository is not null)
        {
            TryGit(_repository, "worktree", "remove", "--force", _folder);
        }

        try
        {
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A process of the run still writes there; the folder is in a place that is emptied.
        }

        if (_repository is not null)
        {
            TryGit(_repository, "worktree", "prune");
        }
    }

    private void CheckOut(CodeState code)
    {
        var commit = code.Code.Commit!;
        // Hooks are the user's programs, and none of the run's.
        var made = _git.Run(
            _repository!, MostOutput, "-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--detach", _folder, commit);
        if (made.Exit.ExitCode != 0)
        {
            var from = code.Code.Remote is { } remote ? $" from {remote}" : string.Empty;
            throw new FirnException(
                $"cannot check out the commit {commit} in the repository of {_repository}: {LastLine(made.Error)}",
                $"name the project's clone with --project, and fetch the commit{from} into it");
        }

        if (code.Patch is not { } patch)
        {
            return;
        }

        var file = _folder + ".patch";
        try
        {
            File.WriteAllBytes(file, patch);
            var applied = _git.Run(_folder, MostOutput, "apply", "--binary", "--whitespace=nowarn", file);
            if (applied.Exit.ExitCode != 0)
            {
                throw new FirnException(
                    $"the changes that were not committed do not fit the commit {commit}: {LastLine(applied.Error)}",
                    "`firn store check` tells whether the store is whole");
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private void TryGit(string folder, params string[] arguments)
    {
        try
        {
            _git.Run(folder, MostOutput, arguments);
        }
        catch (FirnException)
        {
            // `git worktree prune` takes its note away at some time.
        }
    }

    private static string LastLine(string text) => Credentials.Remove(text[(text.LastIndexOf('\n') + 1)..]);
}
