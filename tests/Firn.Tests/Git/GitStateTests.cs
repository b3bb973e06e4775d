using Firn.Git;
using Firn.Git.Objects;

namespace Firn.Tests.Git;

public sealed class GitStateTests : IDisposable
{
    private readonly GitFixture _git = new();

    public void Dispose() => _git.Dispose();

    [SkippableTheory]
    [InlineData("clean")]
    [InlineData("changed")]
    [InlineData("touched")]
    [InlineData("changed-same-size")]
    [InlineData("changed-same-size-and-time")]
    [InlineData("removed")]
    [InlineData("folder-removed")]
    [InlineData("staged")]
    [InlineData("staged-and-reverted")]
    [InlineData("staged-removal")]
    [InlineData("untracked")]
    [InlineData("executable")]
    [InlineData("executable-ignored")]
    [InlineData("file-became-folder")]
    [InlineData("file-became-link")]
    [InlineData("folder-became-link")]
    [InlineData("intent-to-add")]
    [InlineData("assume-unchanged")]
    [InlineData("skip-worktree")]
    [InlineData("no-index")]
    [InlineData("version-4")]
    [InlineData("version-4-changed")]
    [InlineData("collected")]
    [InlineData("collected-changed")]
    [InlineData("reset")]
    [InlineData("empty-file")]
    [InlineData("copied")]
    [InlineData("merge-conflict")]
    [InlineData("sparse")]
    [InlineData("no-trust")]
    [InlineData("detached")]
    [InlineData("fsmonitor-bits")]
    [InlineData("split")]
    [InlineData("split-replaced")]
    [InlineData("split-conflict")]
    public void Read_every_kind_of_change_is_what_git_sees(string kind)
    {
        GitFixture.Require();
        Skip.If(OperatingSystem.IsWindows(), "makes links and permissions");
        _git.Commit();
        GitChanges.Make(_git, kind);

        var state = AssertAsGit();

        Assert.Equal(_git.Run("rev-parse", "HEAD").Trim(), state.Commit);
    }

    [SkippableTheory]
    [InlineData("clean")]
    [InlineData("changed-same-size-and-time")]
    [InlineData("staged")]
    [InlineData("collected")]
    [InlineData("version-4-changed")]
    [InlineData("split-replaced")]
    public void Read_sha256_repository_is_what_git_sees(string kind)
    {
        GitFixture.Require();
        _git.Commit("--object-format=sha256");
        GitChanges.Make(_git, kind);

        AssertAsGit();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_before_the_first_commit_is_dirty_as_soon_as_something_is_added(bool isAdded)
    {
        GitFixture.Require();
        _git.Run("init", "-q");
        _git.Write("a", "a");
        if (isAdded)
        {
            _git.Run("add", ".");
        }

        Assert.Equal(isAdded, AssertAsGit().HasStagedChanges);
    }

    [SkippableTheory]
    [InlineData("a b/c d.txt")]
    [InlineData("größe/日本.txt")]
    [InlineData("-dash/\"quoted\".txt")]
    public void Read_unusual_names_are_found(string name)
    {
        GitFixture.Require();
        _git.Commit();
        _git.Write(name, "1");
        _git.Run("add", ".");
        _git.Run("commit", "-qm", "x");
        Assert.False(AssertAsGit().IsDirty);

        _git.Write(name, "22");
        Assert.Equal([name], [.. AssertAsGit().ModifiedFiles]);
    }

    [SkippableTheory]
    [InlineData("", "core.autocrlf", "true", "x\r\ny\r\n")]
    [InlineData("", "core.autocrlf", "input", "x\r\ny\r\n")]
    [InlineData("", "core.autocrlf", "true", "x\r\nz\r\n")]
    [InlineData("", "core.autocrlf", "false", "x\r\ny\r\n")]
    [InlineData("* text=auto", "core.eol", "lf", "x\r\ny\r\n")]
    [InlineData("*.dat binary", "core.autocrlf", "true", "x\r\ny\r\n")]
    [InlineData("/sub/f.* -text", "core.autocrlf", "true", "x\r\ny\r\n")]
    [InlineData("sub/** eol=crlf", "core.eol", "lf", "x\r\ny\r\n")]
    [InlineData("[attr]mine text\n*.dat mine", "core.eol", "lf", "x\r\ny\r\n")]
    [InlineData("*.txt text", "core.eol", "lf", "x\r\ny\r\n")]
    [InlineData("* text\n*.dat !text", "core.eol", "lf", "x\r\ny\r\n")]
    public void Read_line_ends_are_compared_as_git_converts_them(string attributes, string key, string value, string text)
    {
        GitFixture.Require();
        _git.Commit();
        _git.Write(".gitattributes", attributes + "\n");
        _git.Write("sub/f.dat", "x\ny\n");
        _git.Run("add", ".");
        _git.Run("commit", "-qm", "x");
        _git.Run("config", key, value);
        _git.Write("sub/f.dat", text);

        AssertAsGit();
    }

    [SkippableFact]
    public void Read_large_file_is_compared_with_its_pointer()
    {
        GitFixture.Require();
        _git.Commit();
        const string content = "large\n";
        var digest = Firn.Common.Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(content)).Hex;
        _git.Write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
        _git.Write("a.bin", $"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 6\n");
        _git.Run("add", ".");
        _git.Run("commit", "-qm", "x");

        _git.Write("a.bin", content);
        Assert.False(_git.Find().Read(default).IsDirty);

        _git.Write("a.bin", "other\n");
        Assert.Equal(["a.bin"], [.. _git.Find().Read(default).ModifiedFiles]);
    }

    [SkippableFact]
    public void Read_file_behind_a_filter_program_is_unknown_not_guessed()
    {
        GitFixture.Require();
        _git.Commit();
        _git.Write(".gitattributes", "*.txt filter=mine\n");
        _git.Run("add", ".");
        _git.Run("commit", "-qm", "x");
        _git.Run("config", "filter.mine.clean", "tr a-z A-Z");
        _git.Write("a.txt", "ONE\nTWO\n");

        var repository = _git.Find();

        Assert.Null(repository.Read(default).IsDirty);
        Assert.Equal("git-file-unknown", Assert.Single(repository.Problems).Code);
    }

    [SkippableTheory]
    [InlineData("clean")]
    [InlineData("other-commit")]
    [InlineData("changed-inside")]
    [InlineData("untracked-inside")]
    [InlineData("not-checked-out")]
    [InlineData("removed")]
    public void Read_submodule_counts_as_git_counts_it(string kind)
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", _git.Work, "sub");
        _git.Run("commit", "-qm", "sub");
        Assert.False(AssertAsGit().IsDirty);
        switch (kind)
        {
            case "other-commit":
                _git.Run("-C", "sub", "commit", "-q", "--allow-empty", "-m", "y");
                break;
            case "changed-inside":
                _git.Write("sub/a.txt", "changed");
                break;
            case "untracked-inside":
                _git.Write("sub/new.txt", "new");
                break;
            case "not-checked-out":
                _git.Run("submodule", "--quiet", "deinit", "-f", "sub");
                break;
            case "removed":
                Directory.Delete(_git.InWork("sub"), recursive: true);
                break;
        }

        AssertAsGit();
    }

    [SkippableFact]
    public void Read_linked_work_tree_has_its_own_changes()
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("worktree", "add", "-q", "../other");
        var other = Path.Join(_git.Root, "other");
        File.WriteAllText(Path.Join(other, "a.txt"), "changed");

        Assert.Equal(["a.txt"], [.. _git.Find(other).Read(default).ModifiedFiles]);
        Assert.False(_git.Find().Read(default).IsDirty);
    }

    [SkippableFact]
    public void Read_clone_with_borrowed_objects_is_clean()
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("gc", "-q");
        _git.Run("clone", "-q", "--shared", _git.Work, "../clone");

        var state = _git.Find(Path.Join(_git.Root, "clone")).Read(default);

        Assert.False(state.IsDirty);
        Assert.Equal(_git.Work, state.Remote);
    }

    [SkippableFact]
    public void Read_split_index_without_its_shared_part_is_reported_and_not_guessed()
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("update-index", "--split-index");
        _git.Write("new", "new");
        _git.Run("add", "new");
        foreach (var shared in Directory.GetFiles(_git.InWork(".git"), "sharedindex.*"))
        {
            File.Delete(shared);
        }

        var repository = _git.Find();
        var state = repository.Read(default);

        Assert.Null(state.IsDirty);
        Assert.Empty(state.ModifiedFiles);
        Assert.Equal("the git index is split, and its shared part is missing or damaged", Assert.Single(repository.Problems).Message);
    }

    [SkippableFact]
    public void Read_subdirectory_and_remote_are_told_without_credentials()
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("remote", "add", "first", "git@example.org:x/y.git");
        Assert.Equal("git@example.org:x/y.git", _git.Find().Read(default).Remote);
        _git.Run("remote", "add", "origin", "https://user:secret@example.org/y.git");

        var state = _git.Find(_git.InWork("folder/deep")).Read(default);

        Assert.Equal("folder/deep", state.Subdirectory);
        Assert.Equal("https://example.org/y.git", state.Remote);
        Assert.DoesNotContain("secret", state.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Read_commit_in_a_delta_is_found()
    {
        GitFixture.Require();
        _git.Commit();
        var text = string.Concat(Enumerable.Range(0, 400).Select(i => $"line {i * 7919}\n"));
        for (var i = 0; i < 12; i++)
        {
            _git.Write("a.txt", $"{i}");
            _git.Run("commit", "-qam", $"{text}{i}");
        }

        _git.Run("repack", "-adfq", "--depth=50", "--window=50");
        var kinds = _git.Run("verify-pack", "-v", Directory.GetFiles(_git.InWork(".git/objects/pack"), "*.idx")[0]);
        var deltas = 0;
        foreach (var line in kinds.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 7 && words[1] == "commit")
            {
                deltas++;
                var tree = new GitCommitReader(_git.InWork(".git")).TreeOf(words[0]);
                Assert.Equal(_git.Run("rev-parse", words[0] + "^{tree}").Trim(), Convert.ToHexStringLower(tree!));
            }
        }

        Assert.True(deltas > 0);
        AssertAsGit();
    }

    /// <summary>Firn looks first: git refreshes the index as it goes.</summary>
    private GitState AssertAsGit()
    {
        var repository = _git.Find();
        var state = repository.Read(default);
        Assert.Empty(repository.Problems);
        var modified = _git.Try(_git.Work, "diff", "--quiet").Code;
        var staged = _git.Try(_git.Work, "diff", "--cached", "--quiet").Code;
        var names = _git.Run("diff", "--name-only", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        Assert.Equal(modified == 1, state.ModifiedCount > 0);
        if (modified == 1)
        {
            Assert.Equal<string>(names, state.ModifiedFiles.ToArray());
        }

        Assert.Equal(staged == 1, state.HasStagedChanges);
        Assert.Equal(modified == 1 || staged == 1, state.IsDirty);
        return state;
    }
}
