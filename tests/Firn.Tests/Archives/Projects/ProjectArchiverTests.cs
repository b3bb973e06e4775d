using Firn.Archives.Projects;
using Firn.Common;
using Firn.Git;
using Firn.Tests.Git;

namespace Firn.Tests.Archives.Projects;

/// <summary>Archived projects, with the real git as the judge of what comes back.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ProjectArchiverTests : IDisposable
{
    private readonly GitFixture? _made;

    public ProjectArchiverTests() => _made = OperatingSystem.IsWindows() ? null : new GitFixture();

    private GitFixture Git => _made!;

    private string Restored => Path.Join(Git.Root, "restored");

    [SkippableTheory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public void Changed_work_tree_is_the_same_for_git_afterwards(string format)
    {
        GitFixture.Require();
        Git.Commit($"--object-format={format}");
        Git.Write("script.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(Git.InWork("script.sh"), (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(Git.InWork("link"), "folder/b.txt");
        Git.Write("gone.txt", "gone\n");
        Git.Write("kept.txt", "kept\n");
        Git.Write(".gitignore", "*.so\n*.log\n_version.py\n*.egg-info/\nlocal.py\n.venv/\n__pycache__/\nbuild/\n");
        Git.Run("add", ".");
        Git.Run("commit", "-q", "-m", "second");
        Git.Run("remote", "add", "origin", "https://ada:secret@example.org/snow/depth.git");
        Git.Run("gc", "-q");
        Git.Write("a.txt", "changed\n");
        File.Delete(Git.InWork("gone.txt"));
        Git.Write("staged.txt", "staged\n");
        Git.Write("kept.txt", "staged too\n");
        Git.Run("add", "staged.txt", "kept.txt");
        Git.Write("kept.txt", "and changed again\n");
        Git.Write("new file.txt", "untracked\n");
        Git.Write("pkg/_fast.cpython-311-x86_64-linux-gnu.so", "module");
        Git.Write("build/cp311/_deep.so", "module");
        Git.Write("build/lib.linux/_copy.so", "copy");
        Git.Write("run.log", "log");
        Git.Write("pkg/_version.py", "v = 1\n");
        Git.Write("pkg/local.py", "password = 1\n");
        Git.Write("depth.egg-info/PKG-INFO", "Name: depth\n");
        Git.Write(".env", "TOKEN=1\n");
        Git.Write(".venv/pyvenv.cfg", "home = /usr/bin\n");
        Git.Write("pkg/__pycache__/x.pyc", "bytecode");
        File.WriteAllBytes(Git.InWork("patients.csv"), new byte[10_000_001]);

        var problems = new List<Problem>();
        using var archive = ProjectArchiver.Read(Git.Work, "depth", Git.SystemContext, problems)!;
        Bundled.RoundTrip(archive, Path.Join(Git.Root, "store"), Restored);

        Assert.Empty(problems);
        Assert.Equal(string.Empty, archive.Subfolder);
        Assert.Equal(
            [".env", "patients.csv", "pkg/local.py"],
            archive.LeftOut.Select(file => Path.GetRelativePath(Git.Work, file.Path)));
        File.Delete(Git.InWork(".env"));
        File.Delete(Git.InWork("patients.csv"));
        foreach (var question in (string[][])[
            ["status", "--porcelain", "--branch"], ["diff"], ["diff", "--cached"], ["rev-parse", "HEAD"],
            ["ls-files", "--stage"], ["log", "-1", "--format=%H %T %s"], ["ls-tree", "-r", "HEAD"]])
        {
            Assert.Equal(Git.Run(question), Restore(question));
        }

        Assert.Equal(string.Empty, Restore("fsck", "--strict", "--no-dangling"));
        Assert.Equal("https://example.org/snow/depth.git\n", Restore("config", "remote.origin.url"));
        Assert.True(File.Exists(Path.Join(Restored, "pkg/_fast.cpython-311-x86_64-linux-gnu.so")));
        Assert.True(File.Exists(Path.Join(Restored, "build/cp311/_deep.so")));
        Assert.True(File.Exists(Path.Join(Restored, "pkg/_version.py")));
        Assert.True(File.Exists(Path.Join(Restored, "depth.egg-info/PKG-INFO")));
        foreach (var absent in (string[])["build/lib.linux", "run.log", ".venv", "pkg/__pycache__", "pkg/local.py"])
        {
            Assert.False(Path.Exists(Path.Join(Restored, absent)), absent);
        }

        AssertSameState(Git.Work, Restored);
    }

    [SkippableFact]
    public void Same_work_tree_gives_the_same_bundle()
    {
        GitFixture.Require();
        Git.Commit();
        using var first = ProjectArchiver.Read(Git.Work, "depth", Git.SystemContext, [])!;
        var one = Bundled.RoundTrip(first, Path.Join(Git.Root, "store"), Restored);
        Git.Run("gc", "-q");
        Git.Run("status");
        using var second = ProjectArchiver.Read(Git.Work, "depth", Git.SystemContext, [])!;
        var other = Bundled.RoundTrip(second, Path.Join(Git.Root, "store"), Path.Join(Git.Root, "again"));

        Assert.Equal(one.Digest, other.Digest);
        Assert.True(other.WasThere);
    }

    [SkippableFact]
    public void Project_in_a_folder_of_its_repository_keeps_its_depth()
    {
        GitFixture.Require();
        Git.Commit();
        Git.Write(".gitignore", "*.tmp\n");
        Git.Write("libs/.gitignore", "*.so\n");
        Git.Write("libs/depth/pyproject.toml", "[project]\n");
        Git.Write("libs/depth/src/depth.py", "x = 1\n");
        Git.Write("libs/other/secret.py", "y = 1\n");
        Git.Run("add", ".");
        Git.Run("commit", "-q", "-m", "second");
        Git.Run("switch", "-q", "--detach");
        Git.Write("libs/depth/src/depth.py", "x = 2\n");
        Git.Write("libs/depth/new.py", "z = 1\n");
        Git.Write("libs/depth/src/_fast.so", "module");
        Git.Write("libs/depth/x.tmp", "ignored");

        var problems = new List<Problem>();
        using var archive = ProjectArchiver.Read(Git.InWork("libs/depth/src"), "depth", Git.SystemContext, problems)!;
        Bundled.RoundTrip(archive, Path.Join(Git.Root, "store"), Restored);

        Assert.Empty(problems);
        Assert.Equal("libs/depth/src", archive.Subfolder);
        Assert.Equal(Git.Run("status", "--porcelain"), Restore("status", "--porcelain"));
        Assert.Equal(Git.Run("diff"), Restore("diff"));
        Assert.Equal(Git.Run("rev-parse", "HEAD"), Restore("rev-parse", "HEAD"));
        Assert.False(Path.Exists(Path.Join(Restored, "libs/other")));
        Assert.False(Path.Exists(Path.Join(Restored, "a.txt")));
        Assert.False(Path.Exists(Path.Join(Restored, "libs/depth/x.tmp")));
        Assert.True(Path.Exists(Path.Join(Restored, "libs/depth/src/_fast.so")));
        AssertSameState(Git.InWork("libs/depth"), Path.Join(Restored, "libs/depth"));
    }

    [SkippableFact]
    public void Submodule_comes_with_its_own_repository()
    {
        GitFixture.Require();
        Git.Commit();
        var other = Path.Join(Git.Root, "other");
        Git.Run("clone", "-q", Git.Work, other);
        Git.Run("-c", "protocol.file.allow=always", "submodule", "add", "-q", other, "vendored");
        Git.Run("commit", "-q", "-m", "with submodule");
        Git.Write("vendored/a.txt", "changed\n");

        var problems = new List<Problem>();
        using var archive = ProjectArchiver.Read(Git.Work, "depth", Git.SystemContext, problems)!;
        Bundled.RoundTrip(archive, Path.Join(Git.Root, "store"), Restored);

        Assert.Empty(problems);
        Assert.Equal(Git.Run("status", "--porcelain"), Restore("status", "--porcelain"));
        Assert.Equal(Git.Run("submodule", "status").Split(' ')[1], Restore("submodule", "status").TrimStart('-', ' ').Split(' ')[0]);
        Assert.Equal(string.Empty, Restore("fsck", "--strict"));
        AssertSameState(Git.Work, Restored);
    }

    [SkippableFact]
    public void Repository_before_its_first_commit_stays_so()
    {
        GitFixture.Require();
        Git.Run("init", "-q", "-b", "trunk");
        Git.Write("a.py", "x = 1\n");
        Git.Run("add", ".");
        Git.Write("b.py", "y = 1\n");

        using var archive = ProjectArchiver.Read(Git.Work, "depth", Git.SystemContext, [])!;
        Bundled.RoundTrip(archive, Path.Join(Git.Root, "store"), Restored);

        Assert.Equal(Git.Run("status", "--porcelain", "--branch"), Restore("status", "--porcelain", "--branch"));
    }

    [SkippableFact]
    public void Tracked_secret_is_in_neither_files_nor_objects()
    {
        GitFixture.Require();
        Git.Commit();
        Git.Write(".env", "TOKEN=very-secret\n");
        Git.Run("add", "-f", ".env");
        Git.Run("commit", "-q", "-m", "oops");

        using var archive = ProjectArchiver.Read(Git.Work, "depth", Git.SystemContext, [])!;
        Bundled.RoundTrip(archive, Path.Join(Git.Root, "store"), Restored);

        Assert.Equal(string.Empty, Restore("status", "--porcelain"));
        Assert.Equal([Git.InWork(".env")], archive.LeftOut.Select(file => file.Path));
        Assert.DoesNotContain(Directory.EnumerateFiles(Restored, "*", SearchOption.AllDirectories), file =>
            File.ReadAllText(file).Contains("very-secret", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Linked_work_tree_becomes_a_repository()
    {
        GitFixture.Require();
        Git.Commit();
        var linked = Path.Join(Git.Root, "linked");
        Git.Run("worktree", "add", "-q", "-b", "side", linked);
        File.WriteAllText(Path.Join(linked, "a.txt"), "changed\n");

        using var archive = ProjectArchiver.Read(linked, "depth", Git.SystemContext, [])!;
        Bundled.RoundTrip(archive, Path.Join(Git.Root, "store"), Restored);

        Assert.Equal("## side\n M a.txt\n", Restore("status", "--porcelain", "--branch"));
        Assert.Equal(string.Empty, Restore("fsck"));
    }

    [SkippableFact]
    public void Damaged_object_is_reported_and_the_rest_comes()
    {
        GitFixture.Require();
        Git.Commit();
        var blob = Git.Run("rev-parse", "HEAD:a.txt").Trim();
        var file = Git.InWork($".git/objects/{blob[..2]}/{blob[2..]}");
        File.SetUnixFileMode(file, (UnixFileMode)0x180);
        File.WriteAllText(file, "no object");

        var problems = new List<Problem>();
        using var archive = ProjectArchiver.Read(Git.Work, "depth", Git.SystemContext, problems)!;
        Bundled.RoundTrip(archive, Path.Join(Git.Root, "store"), Restored);

        Assert.Equal("git-objects-missing", Assert.Single(problems).Code);
        Assert.Equal(string.Empty, Restore("status", "--porcelain"));
    }

    [SkippableFact]
    public void Folder_without_git_comes_whole_but_for_caches()
    {
        Skip.If(OperatingSystem.IsWindows());
        Git.Write("setup.py", "");
        Git.Write("src/depth.py", "x = 1\n");
        Git.Write("src/__pycache__/depth.pyc", "");
        Git.Write("build/temp.linux/x.o", "");
        Git.Write("build/keep.txt", "");
        Git.Write(".hg/store", "");
        Git.Write("env/conda-meta/history", "");
        Git.Write(".netrc", "machine x password y");

        using var archive = ProjectArchiver.Read(Git.InWork("src"), "depth", Git.SystemContext, [])!;

        Assert.Equal("src", archive.Subfolder);
        Assert.Equal(
            ["build/keep.txt", "setup.py", "src/depth.py"],
            archive.Members.Select(member => member.Path).Order(StringComparer.Ordinal));
        Assert.Equal([Git.InWork(".netrc")], archive.LeftOut.Select(file => file.Path));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_links_out_of_the_project_lead_to_comes_along_and_what_git_keeps_as_a_link_stays_one(bool hasGit)
    {
        GitFixture.Require();
        var outside = Path.Join(Git.Root, "outside");
        Directory.CreateDirectory(Path.Join(outside, "common"));
        File.WriteAllText(Path.Join(outside, "common", "code.py"), "x = 1\n");
        File.WriteAllText(Path.Join(outside, "one.py"), "y = 1\n");
        File.CreateSymbolicLink(Path.Join(outside, "common", "round"), "../common");
        File.CreateSymbolicLink(Path.Join(outside, "common", "alias.py"), "code.py");
        Git.Commit();
        Git.Write("pyproject.toml", string.Empty);
        File.CreateSymbolicLink(Git.InWork("tracked.py"), "../outside/one.py");
        Git.Run("add", ".");
        Git.Run("commit", "-q", "-m", "link");
        File.CreateSymbolicLink(Git.InWork("common"), "../outside/common");
        File.CreateSymbolicLink(Git.InWork("folder/one.py"), Path.Join(outside, "one.py"));
        File.CreateSymbolicLink(Git.InWork("here.txt"), Git.InWork("a.txt"));
        File.CreateSymbolicLink(Git.InWork("lost.py"), "../outside/lost.py");
        if (!hasGit)
        {
            Directory.Move(Git.InWork(".git"), Path.Join(Git.Root, "moved.git"));
        }

        using var archive = ProjectArchiver.Read(Git.Work, "depth", Git.SystemContext, [])!;
        Bundled.RoundTrip(archive, Path.Join(Git.Root, "store"), Restored);

        string[] missed = ["common/round", "lost.py"];
        Assert.Equal(
            hasGit ? [.. missed, "tracked.py"] : missed,
            archive.LeftOut.Where(file => file.IsMissed).Select(file => Path.GetRelativePath(Git.Work, file.Path)));
        Directory.Delete(outside, recursive: true);
        Assert.Equal("x = 1\n", File.ReadAllText(Path.Join(Restored, "common", "code.py")));
        Assert.Equal("x = 1\n", File.ReadAllText(Path.Join(Restored, "common", "alias.py")));
        Assert.Equal("y = 1\n", File.ReadAllText(Path.Join(Restored, "folder", "one.py")));
        Assert.Equal("a.txt", new FileInfo(Path.Join(Restored, "here.txt")).LinkTarget);
        Assert.Equal(hasGit ? "../outside/one.py" : null, new FileInfo(Path.Join(Restored, "tracked.py")).LinkTarget);
        if (hasGit)
        {
            Assert.Equal(string.Empty, Restore("status", "--porcelain", "--untracked-files=no"));
        }
    }

    [Fact]
    public void Missing_folder_is_a_problem()
    {
        var problems = new List<Problem>();

        Assert.Null(ProjectArchiver.Read("/nowhere/depth", "depth", SystemContext.OfThisProcess(), problems));
        Assert.Equal("project-missing", Assert.Single(problems).Code);
    }

    public void Dispose() => _made?.Dispose();

    private string Restore(params string[] arguments)
    {
        var (code, output, error) = Git.Try(Restored, arguments);
        Assert.True(code == 0, $"git {string.Join(' ', arguments)}: {error}");
        return output;
    }

    private void AssertSameState(string before, string after)
    {
        var problems = new List<Problem>();
        var old = GitRepository.ReadState(before, Git.SystemContext, problems)!;
        var now = GitRepository.ReadState(after, Git.SystemContext, problems)!;
        Assert.Empty(problems);
        Assert.Equal(old with { WorkTree = now.WorkTree, ModifiedFiles = [] }, now with { ModifiedFiles = [] });
        Assert.Equal(old.ModifiedFiles.AsEnumerable(), now.ModifiedFiles);
    }
}
