using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Runs.Code;
using Firn.Runs.Launching;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Storage;

namespace Firn.Runs.Reruns;

/// <summary>
/// The code of a run, laid out in a folder of its own: the files that the run kept. Of a run that kept only the number of a
/// commit it is a git work tree of that, with what was not committed put on top. Disposing of it removes it.
/// </summary>
internal sealed class CodeCheckout : IDisposable
{
    private const int MaxOutput = 64 * 1024;
    private const int MaxLevels = 64;
    private const long MaxBytes = 2L * 1024 * 1024 * 1024;
    private readonly GitProgram _git;
    private readonly string? _repository;

    private CodeCheckout(ExtractionFolder files, string root, string folder, GitProgram git, string? repository)
    {
        Files = files;
        Root = root;
        Folder = folder;
        Within = Path.Join(Path.GetRelativePath(files.Path, root) is var above && above == "." ? string.Empty : above, folder);
        Project = Path.Join(files.Path, Within);
        _git = git;
        _repository = repository;
    }

    /// <summary>The folder that all lies in: as far above the work tree as inputs lie above the project.</summary>
    public ExtractionFolder Files { get; }

    /// <summary>The work tree, absolute.</summary>
    public string Root { get; }

    /// <summary>The project's folder relative to the work tree; empty where it is the same.</summary>
    public string Folder { get; }

    /// <summary>The project's folder relative to <see cref="Files"/>; empty where it is the same.</summary>
    public string Within { get; }

    /// <summary>The project's folder, absolute.</summary>
    public string Project { get; }

    /// <summary>What lets git find the objects of the project's repository, wherever that is seen; <see langword="null"/> where there is none.</summary>
    public PrivateMount? GitObjects { get; private set; }

    /// <summary>Lays the code out.</summary>
    /// <param name="code">The code.</param>
    /// <param name="project">The project's folder, in whose repository the commit is looked for.</param>
    /// <param name="folder">A folder that does not exist.</param>
    /// <param name="levels">How many folders are to be there between that and the project's.</param>
    /// <param name="store">Has its files.</param>
    /// <param name="git">Runs git.</param>
    /// <exception cref="FirnException">A file or the commit is not there, the patch does not fit, or the folder cannot be written.</exception>
    public static CodeCheckout Make(RunCode code, string project, string folder, int levels, Store store, GitProgram git)
    {
        var hasCommit = code.Code.Commit is not null;
        var inner = hasCommit && code.Code.Folder != "." ? code.Code.Folder : string.Empty;
        var root = folder;
        for (var level = inner.Length == 0 ? 0 : inner.Split('/').Length; level < Math.Min(levels, MaxLevels); level++)
        {
            root = Path.Join(root, "up");
        }

        var layout = new CodeCheckout(new ExtractionFolder(folder), root, inner, git, hasCommit && code.Kept is null ? project : null);
        try
        {
            layout.Files.Make(Path.GetRelativePath(folder, root) is var above && above == "." ? string.Empty : above);
            if (code.Kept is { } kept)
            {
                layout.LayOut(kept, store);
                layout.MakeRepository(code.Code.Commit, project);
                return layout;
            }

            if (hasCommit)
            {
                layout.CheckOut(code);
            }

            // What the commit or the patch has made there is never written through.
            layout.Files.Make(layout.Within);
            foreach (var file in code.Untracked)
            {
                using var stream = layout.Files.Create(Path.Join(layout.Within, file.Name), isExecutable: false);
                stream.Write(file.Content.Span);
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

    /// <summary>Whether the code has an input already: git has it, or a link of the code leads to it.</summary>
    public bool Has(string place, ExecutionFile input) => new FileDigestCache(null).Has(Path.Join(Files.Path, place), input);

    public void Dispose()
    {
        if (_repository is not null)
        {
            TryGit(_repository, "worktree", "remove", "--force", Root);
        }

        try
        {
            if (Directory.Exists(Files.Path))
            {
                Directory.Delete(Files.Path, recursive: true);
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

    /// <summary>Files first and links last: nothing is there yet that a path could lead through.</summary>
    private void LayOut(CodeDocument code, Store store)
    {
        Files.Make(Within);
        var above = Path.GetRelativePath(Files.Path, Root) is var relative && relative == "." ? string.Empty : relative;
        var bytes = 0L;
        foreach (var file in code.Files)
        {
            if (file.Digest is not { } digest)
            {
                continue;
            }

            bytes += file.Size;
            if (bytes > MaxBytes)
            {
                throw new FirnException("the code of the run is larger than any that firn keeps", "`firn store check` tells whether the store is whole");
            }

            using var stream = Files.Create(Path.Join(above, file.Path), file.Kind == CodeFileKind.Executable);
            var left = file.Size;
            store.Files.CopyTo(
                digest,
                content =>
                {
                    left -= content.Length;
                    if (left >= 0)
                    {
                        stream.Write(content);
                    }
                },
                CancellationToken.None);
        }

        foreach (var file in code.Files)
        {
            if (file.Target is { } target)
            {
                Files.Link(Path.Join(above, file.Path), target);
            }
        }
    }

    /// <summary>
    /// A program that asks git which commit it is gets the answer of then. What else git knows it has from the project's
    /// repository, where that still has the commit.
    /// </summary>
    private void MakeRepository(string? commit, string project)
    {
        if (commit is null)
        {
            return;
        }

        var git = Path.Join(Root, ".git");
        Directory.CreateDirectory(Path.Join(git, "refs", "heads"));
        Directory.CreateDirectory(Path.Join(git, "objects", "info"));
        File.WriteAllText(Path.Join(git, "HEAD"), commit + "\n");
        File.WriteAllText(
            Path.Join(git, "config"),
            commit.Length == 40
                ? "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
                : "[core]\n\trepositoryformatversion = 1\n\tbare = false\n[extensions]\n\tobjectformat = sha256\n");
        if (ObjectsOf(project) is not { } objects)
        {
            return;
        }

        GitObjects = new PrivateMount(objects, Path.Join(git, "objects"), IsReadOnly: true);
        File.WriteAllText(Path.Join(git, "objects", "info", "alternates"), objects + "\n");
        TryGit(Root, "read-tree", "HEAD");
        TryGit(Root, "update-index", "-q", "--refresh");
    }

    private string? ObjectsOf(string project)
    {
        try
        {
            var asked = _git.Run(project, MaxOutput, "rev-parse", "--git-path", "objects");
            var path = Encoding.UTF8.GetString(asked.Output).TrimEnd('\n');
            return asked.Exit.ExitCode == 0 && path.Length > 0 && Path.GetFullPath(path, project) is var full && Directory.Exists(full)
                ? full
                : null;
        }
        catch (FirnException)
        {
            return null;
        }
    }

    private void CheckOut(RunCode code)
    {
        var commit = code.Code.Commit!;
        // Hooks are the user's programs, and none of the run's.
        var made = _git.Run(
            _repository!, MaxOutput, "-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--detach", Root, commit);
        if (made.Exit.ExitCode != 0)
        {
            var from = code.Code.Remote is { } remote ? $" from {remote}" : string.Empty;
            throw new FirnException(
                $"cannot check out the commit {commit} in the repository of {_repository}: {LastLine(made.Error)}",
                $"name the project's clone with {RequestSetting.Project}, and fetch the commit{from} into it");
        }

        if (code.Patch is not { } patch)
        {
            return;
        }

        var file = Files.Path + ".patch";
        try
        {
            File.WriteAllBytes(file, patch);
            var applied = _git.Run(Root, MaxOutput, "apply", "--binary", "--whitespace=nowarn", file);
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
            _git.Run(folder, MaxOutput, arguments);
        }
        catch (FirnException)
        {
            // `git worktree prune` takes its note away at some time.
        }
    }

    private static string LastLine(string text) => Credentials.Remove(text[(text.LastIndexOf('\n') + 1)..]);
}
