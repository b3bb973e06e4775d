using Firn.Git;

namespace Firn.Tests.Git;

public sealed class GitRepositoryTests : IDisposable
{
    private readonly GitFixture _git = new();

    public void Dispose() => _git.Dispose();

    [SkippableFact]
    public void HeadCommit_empty_repository_is_null_and_the_branch_is_there()
    {
        GitFixture.Require();
        _git.Run("init", "-q", "-b", "trunk");

        var repository = _git.Find();

        Assert.Null(repository.HeadCommit);
        Assert.Equal("trunk", repository.Branch);
        Assert.Empty(repository.Problems);
    }

    [SkippableTheory]
    [InlineData("loose")]
    [InlineData("packed")]
    [InlineData("collected")]
    [InlineData("detached")]
    [InlineData("tagged")]
    [InlineData("chained")]
    public void HeadCommit_any_form_of_reference_is_what_git_says(string form)
    {
        GitFixture.Require();
        _git.Commit();
        string[][] commands = form switch
        {
            "packed" => [["tag", "-a", "-m", "x", "v1"], ["pack-refs", "--all"]],
            "collected" => [["gc", "-q"]],
            "detached" => [["checkout", "-q", "--detach"]],
            "tagged" => [["tag", "-a", "-m", "x", "v1"], ["checkout", "-q", "v1"], ["pack-refs", "--all"]],
            "chained" => [["symbolic-ref", "refs/heads/alias", "refs/heads/main"], ["symbolic-ref", "HEAD", "refs/heads/alias"]],
            _ => [],
        };
        foreach (var command in commands)
        {
            _git.Run(command);
        }

        var repository = _git.Find(_git.InWork("folder/deep"));

        Assert.Equal(_git.Run("rev-parse", "HEAD").Trim(), repository.HeadCommit);
        Assert.Equal(_git.Run("rev-parse", "--show-toplevel").Trim(), repository.WorkTree);
        Assert.Equal(_git.Try(_git.Work, "symbolic-ref", "--short", "HEAD").Output.Trim(), repository.Branch ?? "");
        Assert.Empty(repository.Problems);
    }

    [SkippableFact]
    public void HeadCommit_sha256_repository_has_64_digits()
    {
        GitFixture.Require();
        _git.Commit("--object-format=sha256");

        Assert.Equal(_git.Run("rev-parse", "HEAD").Trim(), _git.Find().HeadCommit);
    }

    [SkippableFact]
    public void Find_linked_work_tree_has_its_own_head_and_the_common_remotes()
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("remote", "add", "origin", "https://example.org/x.git");
        _git.Run("worktree", "add", "-q", "../other", "-b", "side");
        var other = Path.Join(_git.Root, "other");
        File.WriteAllText(Path.Join(other, "new.txt"), "new");
        _git.Run("-C", other, "add", ".");
        _git.Run("-C", other, "commit", "-q", "-m", "second");

        var repository = _git.Find(other);

        Assert.Equal(_git.Run("-C", other, "rev-parse", "HEAD").Trim(), repository.HeadCommit);
        Assert.Equal("side", repository.Branch);
        Assert.Equal(other, repository.WorkTree);
        Assert.Equal(_git.Run("-C", other, "rev-parse", "--absolute-git-dir").Trim(), repository.GitDirectory);
        Assert.Equal(_git.InWork(".git"), repository.CommonDirectory);
        Assert.Equal<GitRemote>([new GitRemote("origin", "https://example.org/x.git")], [.. repository.Remotes]);
    }

    [SkippableFact]
    public void Find_submodule_is_the_submodule()
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", _git.Work, "sub");

        var repository = _git.Find(_git.InWork("sub/folder"));

        Assert.Equal(_git.InWork("sub"), repository.WorkTree);
        Assert.Equal(_git.InWork(".git/modules/sub"), repository.GitDirectory);
        Assert.Equal(_git.Run("-C", "sub", "rev-parse", "HEAD").Trim(), repository.HeadCommit);
    }

    [SkippableFact]
    public void Find_below_a_ceiling_is_nothing()
    {
        GitFixture.Require();
        _git.Commit();
        _git.Variables["GIT_CEILING_DIRECTORIES"] = _git.Work;

        Assert.Null(GitRepository.Find(_git.InWork("folder/deep"), _git.SystemContext));
        Assert.NotEqual(0, _git.Try(_git.InWork("folder/deep"), "rev-parse").Code);
        Assert.NotNull(GitRepository.Find(_git.Work, _git.SystemContext));
        Assert.Equal(0, _git.Try(_git.Work, "rev-parse").Code);
    }

    [SkippableTheory]
    [InlineData("HEAD", null)]
    [InlineData("HEAD", "nonsense")]
    [InlineData("objects", null)]
    [InlineData("refs", null)]
    public void Find_without_a_part_of_the_layout_is_nothing(string part, string? content)
    {
        GitFixture.Require();
        _git.Commit();
        var path = _git.InWork(".git/" + part);
        Directory.Move(path, path + ".away");
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }

        Assert.NotEqual(0, _git.Try(_git.Work, "rev-parse").Code);
        Assert.Null(GitRepository.Find(_git.Work, _git.SystemContext));
    }

    [SkippableTheory]
    [InlineData("not a pointer")]
    [InlineData("gitdir: nowhere")]
    [InlineData("gitdir: ")]
    public void Find_broken_pointer_stops_the_climb_as_in_git(string text)
    {
        GitFixture.Require();
        _git.Commit();
        _git.Write("folder/.git", text);

        Assert.NotEqual(0, _git.Try(_git.InWork("folder"), "rev-parse").Code);
        Assert.Null(GitRepository.Find(_git.InWork("folder"), _git.SystemContext));
    }

    [SkippableFact]
    public void HeadCommit_reference_circle_is_null_with_a_problem()
    {
        GitFixture.Require();
        _git.Commit();
        _git.Write(".git/refs/heads/a", "ref: refs/heads/b\n");
        _git.Write(".git/refs/heads/b", "ref: refs/heads/a\n");
        _git.Write(".git/HEAD", "ref: refs/heads/a\n");

        var repository = _git.Find();

        Assert.Null(repository.HeadCommit);
        Assert.Equal("git-reference-broken", Assert.Single(repository.Problems).Code);
    }

    [SkippableTheory]
    [InlineData("ref: refs/heads/../../../outside\n")]
    [InlineData("ref: refs/heads/a\n")]
    public void HeadCommit_hostile_reference_is_null(string target)
    {
        GitFixture.Require();
        _git.Commit();
        File.WriteAllText(Path.Join(_git.Work, "outside"), new string('a', 40) + "\n");
        _git.Write(".git/HEAD", target);

        Assert.Null(_git.Find().HeadCommit);
    }

    [SkippableFact]
    public void IsRefusedForOwnership_folder_of_another_user_follows_safe_directory()
    {
        GitFixture.Require();
        Skip.IfNot(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "only root gives files away");
        _git.Commit();
        _git.Run("remote", "add", "origin", "u");
        _git.Run("config", "--global", "remote.mine.url", "v");
        using (var chown = System.Diagnostics.Process.Start("chown", ["-R", "1234", _git.Work]))
        {
            chown.WaitForExit();
        }

        Assert.NotEqual(0, _git.Try(_git.Work, "rev-parse", "HEAD").Code);
        Assert.True(_git.Find().IsRefusedForOwnership);
        Assert.Equal(
            _git.Try(_git.Work, "config", "--get-regexp", @"remote\..*\.url").Output.TrimEnd('\n').Split('\n'),
            _git.Find().RemoteUrlLines()!.Value);

        _git.Try(_git.Home, "config", "--global", "safe.directory", _git.Work);
        Assert.Equal(0, _git.Try(_git.Work, "rev-parse", "HEAD").Code);
        Assert.False(_git.Find().IsRefusedForOwnership);

        _git.Try(_git.Home, "config", "--global", "--add", "safe.directory", "");
        Assert.NotEqual(0, _git.Try(_git.Work, "rev-parse", "HEAD").Code);
        Assert.True(_git.Find().IsRefusedForOwnership);
    }
}
