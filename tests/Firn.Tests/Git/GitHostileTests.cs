using Firn.Common.Files;
using Firn.Git;
using Firn.Git.Objects;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Git;

/// <summary>Bytes that no git wrote: readers answer, and never throw or hang.</summary>
public sealed class GitHostileTests : IDisposable
{
    private readonly GitFixture _git = new();

    public void Dispose() => _git.Dispose();

    [SkippableTheory]
    [InlineData("2")]
    [InlineData("4")]
    public void Read_mutated_index_never_throws(string version)
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("update-index", "--index-version", version);
        Mutate(".git/index");
    }

    [SkippableTheory]
    [InlineData("pack")]
    [InlineData("idx")]
    public void Read_mutated_pack_never_throws(string extension)
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("gc", "-q");
        Mutate(Path.GetRelativePath(_git.Work, Directory.GetFiles(_git.InWork(".git/objects/pack"), "*." + extension)[0]));
    }

    [SkippableTheory]
    [InlineData(".git/packed-refs")]
    [InlineData(".git/config")]
    [InlineData(".git/HEAD")]
    public void Read_mutated_text_never_throws(string path)
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("gc", "-q");
        Mutate(path);
    }

    [SkippableFact]
    public void Read_endless_files_are_reported()
    {
        GitFixture.Require();
        _git.Commit();
        _git.Run("pack-refs", "--all");
        Grow(".git/packed-refs", 65 * 1024 * 1024);
        Grow(".git/config", 1024 * 1024 * 1024);

        var repository = _git.Find();
        var state = repository.Read(default);

        Assert.Null(state.Commit);
        Assert.Null(state.HasStagedChanges);
        Assert.Null(repository.RemoteUrlLines());
        Assert.Equal(
            ["git-config-invalid", "git-reference-unread"], repository.Problems.Select(p => p.Code).Order());
    }

    [SkippableFact]
    public void Read_reftable_is_reported_and_not_guessed()
    {
        GitFixture.Require();
        _git.Commit();
        Directory.CreateDirectory(_git.InWork(".git/reftable"));

        var repository = _git.Find();
        var state = repository.Read(default);

        Assert.Null(state.Commit);
        Assert.Null(state.IsDirty);
        Assert.Equal("git-reftable-unsupported", Assert.Single(repository.Problems).Code);
    }

    [Fact]
    public void FindPacked_any_bytes_never_throws()
    {
        var bytes = Gen.Elements("0123456789abcdef \n^#refs/heads/main"u8.ToArray()).ArrayOf().ToArbitrary();
        Prop.ForAll(bytes, b => GitReferences.FindPacked(b, "refs/heads/main") is null or { Length: 40 or 64 })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Apply_any_delta_never_throws() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (source, delta) =>
        {
            byte[] sized = [(byte)(source.Length & 127), .. delta];
            return GitDelta.Apply(source, sized, 1000) is null or { Length: <= 1000 };
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Apply_copies_and_inserts() =>
        Assert.Equal(
            "world, hello"u8.ToArray(),
            GitDelta.Apply("hello world"u8, [11, 12, 0x91, 6, 5, 2, (byte)',', (byte)' ', 0x90, 5], 100));

    [SkippableTheory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../outside")]
    [InlineData(".git/config")]
    [InlineData("a//b")]
    [InlineData(".GIT/x")]
    public void Read_index_with_a_path_out_of_the_work_tree_is_unknown(string path)
    {
        GitFixture.Require();
        _git.Commit();
        _git.Write(new string('p', path.Length), "content");
        _git.Run("add", ".");
        _git.Run("commit", "-qm", "x");
        var index = File.ReadAllBytes(_git.InWork(".git/index"));
        var at = index.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(new string('p', path.Length)));
        System.Text.Encoding.ASCII.GetBytes(path, index.AsSpan(at));
        File.WriteAllBytes(_git.InWork(".git/index"), index);

        var repository = _git.Find();
        var state = repository.Read(default);

        Assert.Empty(state.ModifiedFiles);
        Assert.Contains(repository.Problems, p => p.Code == "git-file-unknown");
    }

    [Fact]
    public void Read_index_that_claims_billions_of_files_ends_at_once()
    {
        byte[] bytes = [.. "DIRC"u8, 0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, .. new byte[40]];
        var reader = new GitIndexReader(bytes, 20);

        Assert.False(reader.Read());
        Assert.True(reader.IsInvalid);
    }

    [Theory]
    [InlineData("**/work/**", "/a/work/.git", true)]
    [InlineData("**/work/**", "/a/works/.git", false)]
    [InlineData("/a/**/c", "/a/c", true)]
    [InlineData("/a/**/c", "/a/b/b/c", true)]
    [InlineData("*.txt", "a.txt", true)]
    [InlineData("*.txt", "b/a.txt", false)]
    [InlineData("a[!b-d]?", "aex", true)]
    [InlineData("a[!b-d]?", "acx", false)]
    [InlineData("a\\*", "a*", true)]
    [InlineData("[", "[", false)]
    public void IsMatch_follows_the_rules_of_git(string pattern, string text, bool expected) =>
        Assert.Equal(expected, WildMatch.IsMatch(pattern, text));

    [Fact]
    public void IsMatch_pattern_made_to_be_slow_is_fast()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.False(WildMatch.IsMatch(string.Concat(Enumerable.Repeat("*a", 500)) + "b", new string('a', 2000)));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5));
    }

    /// <summary>Makes the file longer without writing to the disk.</summary>
    private void Grow(string path, long length)
    {
        using var stream = File.OpenWrite(_git.InWork(path));
        stream.SetLength(length);
    }

    /// <summary>Writes the file with a few bytes changed or the end cut off, again and again.</summary>
    private void Mutate(string path)
    {
        var original = File.ReadAllBytes(_git.InWork(path));
        File.SetAttributes(_git.InWork(path), FileAttributes.Normal);
        var changes = Gen.Choose(0, original.Length - 1).SelectMany(at => Gen.Choose(0, 255).Select(b => (at, b))).ArrayOf();
        var cuts = Gen.Choose(0, original.Length * 2);
        var mutations = changes.SelectMany(c => cuts.Select(cut => (c, cut))).ToArbitrary();
        Prop.ForAll(mutations, mutation =>
        {
            var bytes = original[..Math.Min(original.Length, mutation.cut)];
            foreach (var (at, b) in mutation.c)
            {
                if (at < bytes.Length)
                {
                    bytes[at] = (byte)b;
                }
            }

            File.WriteAllBytes(_git.InWork(path), bytes);
            var repository = GitRepository.Find(_git.Work, _git.SystemContext);
            repository?.Read(default);
            repository?.RemoteUrlLines();
        }).QuickCheckThrowOnFailure();
    }
}
