using Firn.Git;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Git;

public sealed class GitIgnoreTests
{
    /// <summary>Pieces of patterns and of paths, so that the ones often match the others.</summary>
    private static readonly string[] Pieces =
    [
        "a", "b", "A", "Z", "7", "_", "-", " ", "]", "é", "/", "/", "*", "**", "**/", "/**", "?", "\\", "\\*", "!", "^", "[", "[:", ":]",
        "[ab]", "[!a]", "[^a-f]", "[a-]", "[]a]", "[!]]", "[[:alpha:]]", "[![:digit:]_]", "[[:upper:]-z]", "[[:nope:]]", "[[:alpha]",
        "[[a:]", "[\\]]", "[a-\\z]", "[Z-a]", "[A-F]", "[a/b]", "[[:space:]]", "[[:punct:][:xdigit:]]",
    ];

    private static readonly string[] Names =
        ["a", "b", "A", "Z", "g", "7", "_", "-", "]", "[", "x:y", "é", "ab", "a7", "a-b", "a]", "*", "z", "\\", "^", "a b", "aé", "!", "Aa", "abc"];

    [SkippableTheory]
    [InlineData(false, "check-ignore")]
    [InlineData(true, "check-ignore")]
    [InlineData(false, "check-attr")]
    [InlineData(true, "check-attr")]
    public void Any_pattern_matches_what_it_matches_in_git(bool ignoresCase, string asked)
    {
        GitFixture.Require();
        Skip.If(OperatingSystem.IsWindows(), "asks for paths that Windows has not");
        using var git = new GitFixture();
        git.Commit();
        git.Run("config", "core.ignorecase", ignoresCase ? "true" : "false");
        var pattern = Gen.Elements(Pieces).ArrayOf().Select(string.Concat)
            .Where(static text => !(text.EndsWith(' ') || text.StartsWith(' ')));
        var path = Gen.Elements(Names).NonEmptyListOf().Select(static names => string.Join('/', names.Take(4)));
        var cases = Gen.Zip(pattern.ArrayOf(6), path.ArrayOf(40)).ToArbitrary();
        string[] each = [.. Names, .. Names.Select(static name => "a/" + name), .. Names.Select(static name => name + "/b")];

        Prop.ForAll(cases, made =>
        {
            var (patterns, paths) = made;
            paths = [.. each.Concat(paths).Distinct()];
            if (asked == "check-ignore")
            {
                AssertIgnoredAsInGit(git, patterns, paths);
            }
            else
            {
                AssertAttributesAsInGit(git, patterns, paths);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private static void AssertIgnoredAsInGit(GitFixture git, string[] patterns, string[] paths)
    {
        git.Write(".gitignore", string.Join('\n', patterns) + "\n");
        var truth = git.Ask(paths, "check-ignore", "-z", "--stdin", "--no-index").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var ignore = new GitIgnore(git.Find(), git.SystemContext);

        var found = paths.Where(path => Ancestors(path).Any(folder => ignore.IsIgnored(folder, isDirectory: true))
            || ignore.IsIgnored(path, isDirectory: false));

        Assert.Equal(truth, found);
    }

    private static void AssertAttributesAsInGit(GitFixture git, string[] patterns, string[] paths)
    {
        static string Quoted(string pattern) => '"' + pattern.Replace("\\", "\\\\", StringComparison.Ordinal) + '"';
        git.Write(".gitattributes", string.Concat(patterns.Select((pattern, i) => $"{Quoted(pattern)} eol={i}\n")));
        var truth = git.Ask(paths, "check-attr", "-z", "--stdin", "eol").Split('\0').Chunk(3)
            .Where(static fields => fields.Length == 3).Select(static fields => $"{fields[0]}: {fields[2]}");
        var repository = git.Find();
        using var tree = new GitWorkTree(repository.WorkTree);
        var attributes = new GitAttributes(repository, tree, git.SystemContext);

        var found = paths.Select(path => $"{path}: {attributes.Of(path).GetValueOrDefault("eol") ?? "unspecified"}");

        Assert.Equal(truth, found);
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end > 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }
    }

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
