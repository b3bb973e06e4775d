namespace Firn.Tests.Git;

/// <summary>What people do to a work tree.</summary>
internal static class GitChanges
{
    public static void Make(GitFixture git, string kind)
    {
        switch (kind)
        {
            case "changed": git.Write("folder/b.txt", "more than before\n"); break;
            case "touched": File.SetLastWriteTimeUtc(git.InWork("a.txt"), DateTime.UtcNow.AddDays(-1)); break;
            case "changed-same-size": git.Write("a.txt", "eno\n"); break;
            case "changed-same-size-and-time":
                var time = File.GetLastWriteTimeUtc(git.InWork("a.txt"));
                git.Write("a.txt", "eno\n");
                File.SetLastWriteTimeUtc(git.InWork("a.txt"), time);
                break;
            case "removed": File.Delete(git.InWork("folder/b.txt")); break;
            case "folder-removed": Directory.Delete(git.InWork("folder"), true); break;
            case "staged": git.Write("folder/deep/c.txt", "staged"); git.Run("add", "."); break;
            case "staged-and-reverted":
                git.Write("a.txt", "staged");
                git.Run("add", ".");
                git.Write("a.txt", "one\n");
                git.Run("add", ".");
                break;
            case "staged-removal": git.Run("rm", "-q", "-r", "folder"); break;
            case "untracked": git.Write("folder/new", "new"); break;
            case "executable": Chmod(git); break;
            case "executable-ignored": Chmod(git); git.Run("config", "core.fileMode", "false"); break;
            case "file-became-folder": File.Delete(git.InWork("a.txt")); git.Write("a.txt/x", "x"); break;
            case "file-became-link":
                File.Move(git.InWork("a.txt"), git.InWork("moved"));
                File.CreateSymbolicLink(git.InWork("a.txt"), "moved");
                break;
            case "folder-became-link":
                Directory.Move(git.InWork("folder"), git.InWork("moved"));
                File.CreateSymbolicLink(git.InWork("folder"), "moved");
                break;
            case "intent-to-add": git.Write("new", "new"); git.Run("add", "-N", "new"); break;
            case "assume-unchanged": git.Run("update-index", "--assume-unchanged", "a.txt"); git.Write("a.txt", "x"); break;
            case "skip-worktree": git.Run("update-index", "--skip-worktree", "a.txt"); git.Write("a.txt", "x"); break;
            case "no-index": File.Delete(git.InWork(".git/index")); break;
            case "split": git.Run("update-index", "--split-index"); break;
            case "split-replaced":
                git.Run("update-index", "--split-index");
                git.Write("a.txt", "replaced");
                git.Write("new", "added");
                git.Run("add", ".");
                git.Run("rm", "-q", "folder/b.txt");
                break;
            case "split-conflict": git.Run("update-index", "--split-index"); Make(git, "merge-conflict"); break;
            case "version-4": git.Run("update-index", "--index-version", "4"); break;
            case "version-4-changed": git.Run("update-index", "--index-version", "4"); git.Write("folder/deep/c.txt", "x"); break;
            case "collected": git.Run("gc", "-q"); break;
            case "collected-changed": git.Run("gc", "-q"); git.Write("a.txt", "x"); break;
            case "reset":
                git.Run("commit", "-q", "--allow-empty", "-m", "e");
                git.Run("read-tree", "--empty");
                git.Run("reset", "-q", "--mixed", "HEAD~1");
                break;
            case "empty-file": git.Write("empty", ""); git.Run("add", "."); git.Run("commit", "-qm", "e"); git.Write("empty", "x"); break;
            case "copied":
                git.Run("clone", "-q", ".", "../copy");
                Directory.Move(git.Work, git.Work + "-away");
                using (var copy = System.Diagnostics.Process.Start("cp", ["-r", Path.Join(git.Root, "copy"), git.Work]))
                {
                    copy.WaitForExit();
                }

                break;
            case "merge-conflict":
                git.Run("checkout", "-qb", "side");
                git.Write("a.txt", "side\n");
                git.Run("commit", "-qam", "side");
                git.Run("checkout", "-q", "main");
                git.Write("a.txt", "main\n");
                git.Run("commit", "-qam", "main");
                Assert.NotEqual(0, git.Try(git.Work, "merge", "-q", "side").Code);
                break;
            case "sparse": git.Run("sparse-checkout", "set", "--cone", "--sparse-index", "other"); break;
            case "no-trust": git.Run("config", "core.trustctime", "false"); git.Run("config", "core.checkStat", "minimal"); break;
            case "detached": git.Run("checkout", "-q", "--detach"); break;
            case "fsmonitor-bits": git.Run("update-index", "--untracked-cache", "--force-write-index"); break;
            default: Assert.Equal("clean", kind); break;
        }
    }

    private static void Chmod(GitFixture git)
    {
        var path = git.InWork("a.txt");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
        }
    }
}
