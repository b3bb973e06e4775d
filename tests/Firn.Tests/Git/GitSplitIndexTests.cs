using Firn.Common;
using Firn.Git;
using Firn.Git.Objects;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Git;

/// <summary>Indexes that git has split, beside <c>git ls-files</c>.</summary>
public sealed class GitSplitIndexTests : IDisposable
{
    private readonly GitFixture _git = new();

    public void Dispose() => _git.Dispose();

    [SkippableTheory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public void Read_after_any_changes_has_the_entries_of_git(string format)
    {
        GitFixture.Require();
        _git.Commit("--object-format=" + format);
        // Few changes are kept beside the shared file for good, so that those of several steps meet.
        _git.Run("config", "splitIndex.maxPercentChange", "100");
        var path = Gen.Elements("a.txt", "folder/b.txt", "folder/deep/c.txt", "x", "folder/x", "zz", "é", "0");
        var change = Gen.Zip(Gen.Elements("write", "remove", "intend", "assume", "skip", "split", "whole", "version 4", "version 2", "commit", "many"), path);

        Prop.ForAll(change.ListOf().ToArbitrary(), changes =>
        {
            foreach (var (kind, at) in changes)
            {
                Change(kind, at);
                AssertAsGit();
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(12).WithEndSize(16));
    }

    [SkippableFact]
    public void Read_of_a_damaged_part_never_throws_and_never_hangs()
    {
        GitFixture.Require();
        _git.Commit();
        Change("split", "a.txt");
        Change("write", "a.txt");
        Change("remove", "folder/b.txt");
        var index = _git.InWork(".git/index");
        var shared = Directory.GetFiles(_git.InWork(".git"), "sharedindex.*").Single();
        var whole = Entries(_git.Find());
        File.SetAttributes(shared, FileAttributes.Normal);
        foreach (var file in new[] { index, shared })
        {
            var bytes = File.ReadAllBytes(file);
            for (var at = 0; at < bytes.Length; at++)
            {
                foreach (var flipped in (byte[])[(byte)(bytes[at] ^ 1), 0xFF])
                {
                    var damaged = (byte[])bytes.Clone();
                    damaged[at] = flipped;
                    File.WriteAllBytes(file, damaged);
                    _ = Entries(_git.Find());
                }

                File.WriteAllBytes(file, bytes[..at]);
                _ = Entries(_git.Find());
            }

            File.WriteAllBytes(file, bytes);
        }

        Assert.Equal(whole, Entries(_git.Find()));
    }

    private void Change(string kind, string at)
    {
        switch (kind)
        {
            case "write": _git.Write(at, Guid.NewGuid().ToString()); _git.Run("add", "--sparse", at); break;
            case "remove": _git.Run("rm", "-qf", "--sparse", "--ignore-unmatch", at); break;
            case "intend": _git.Write(at, "x"); _git.Run("add", "-N", "--sparse", at); break;
            case "assume": _ = _git.Try(_git.Work, "update-index", "--assume-unchanged", at); break;
            case "skip": _ = _git.Try(_git.Work, "update-index", "--skip-worktree", at); break;
            case "split": _git.Run("update-index", "--split-index"); break;
            case "whole": _git.Run("update-index", "--no-split-index"); break;
            case "version 4" or "version 2": _git.Run("update-index", "--index-version", kind[^1..]); break;
            case "commit": _git.Run("commit", "-q", "--allow-empty", "-m", "x"); break;
            case "many":
                for (var i = 0; i < 70; i++)
                {
                    _git.Write($"many/{i}", Guid.NewGuid().ToString());
                }

                _git.Run("add", "many");
                break;
        }
    }

    private void AssertAsGit() => Assert.Equal(
        _git.Run("ls-files", "-s", "-v", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries), Entries(_git.Find()));

    /// <summary>The entries as <c>git ls-files -s -v</c> prints them.</summary>
    private static List<string> Entries(GitRepository repository)
    {
        var entries = new List<string>();
        var reader = new GitIndexReader(GitSplitIndex.Read(repository.GitDirectory, repository.HashLength).Bytes, repository.HashLength);
        while (reader.Read())
        {
            var entry = reader.Current;
            var tag = entry.Stage > 0 ? 'M' : entry.IsSkipped ? 'S' : 'H';
            entries.Add($"{(entry.IsAssumedUnchanged ? char.ToLowerInvariant(tag) : tag)} "
                + $"{Convert.ToString(entry.Mode, 8)} {Hex.Of(entry.ObjectId)} {entry.Stage}\t{GitWorkTree.Text(entry.Path)}");
        }

        return entries;
    }
}
