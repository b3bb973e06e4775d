using Firn.Git;

namespace Firn.Tests.Git;

public sealed class GitIgnoreTests
{
    [SkippableFact]
    public void Ignored_paths_are_those_of_git()
    {
        GitFixture.Require();
        using var git = new GitFixture();
        git.Commit();
        git.Write(".gitignore", """
            # comment
            *.o
            !keep.o
            /top.txt
            build/
            doc/*.txt
            **/deep
            a/**/z
            \#hash
            \!bang
            trail\ 
            blank   
            [abc].dat
            *.[oa]2
            folder/?.x
            """ + "\ncarriage\r\n");
        git.Write("folder/.gitignore", "!n.o\nlocal\n/anchored\n");
        git.Write(".git/info/exclude", "excluded\n");
        Directory.CreateDirectory(Path.Join(git.Home, ".config/git"));
        File.WriteAllText(Path.Join(git.Home, ".config/git/ignore"), "own*\n");
        string[] paths =
        [
            "x.o", "keep.o", "sub/x.o", "top.txt", "sub/top.txt", "build", "sub/build", "doc/a.txt", "doc/a/b.txt",
            "deep", "p/q/deep", "a/z", "a/b/c/z", "#hash", "!bang", "trail ", "trail", "blank", "a.dat", "d.dat", "x.o2",
            "folder/y.x", "folder/yy.x", "folder/n.o", "folder/m.o", "folder/sub/local", "folder/anchored",
            "folder/sub/anchored", "excluded", "own-file", "carriage", "other",
        ];

        var ignore = new GitIgnore(git.Find(), git.SystemContext);

        foreach (var path in paths)
        {
            var truth = git.Try(git.Work, "check-ignore", "-q", "--no-index", path).Code == 0;
            Assert.True(truth == ignore.IsIgnored(path, isDirectory: false), $"{path}: git says {truth}");
        }

        Assert.True(ignore.IsIgnored("build", isDirectory: true));
        Assert.False(ignore.IsIgnored("build", isDirectory: false));
    }
}
