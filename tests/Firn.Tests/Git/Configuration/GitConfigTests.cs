using System.Text;
using Firn.Git.Configuration;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Git.Configuration;

public sealed class GitConfigTests : IDisposable
{
    private readonly GitFixture _git = new();

    public void Dispose() => _git.Dispose();

    [SkippableTheory]
    [InlineData("[remote \"origin\"]\n\turl = https://example.org/a.git\n[remote \"Up.Stream\"]\nURL=b\n")]
    [InlineData("[remote \"a\"] url = x # comment\n url = y;comment\n url = \"x # y\" z ; c\n")]
    [InlineData("\uFEFF[REMOTE \"q\\\"uo\\\\te\"]\r\nurl = one \\\r\n two\r\n")]
    [InlineData("[remote \"tab\"]\nurl = \"a\\tb\\nc\\\"d\\\\\"   \n\n[remote \"none\"] url\n[remote \"e\"] url=\n")]
    [InlineData("[remote.Lower]\nurl = x\n[xremote \"a\"]\nb = c\n[remote \"p\"]\npushurl = z\nurlfoo = 1\nurl = \n")]
    [InlineData("[remote]\nurl = a\n[a]\n[remote \"\"]\nurl = empty\n[branch \"remote.x.url\"]\nmerge = m\n")]
    [InlineData("[remote \"a b\"]\nurl = foo bar\n[include]\npath = nowhere\npath\n")]
    [InlineData("[remote \"x\"]\nurl = a\\q\n")]
    [InlineData("[remote \"x\"]\nurl = \"open\n")]
    [InlineData("[remote \"x\" ]\nurl = a\n")]
    [InlineData("[remote \"x\"]\n1url = a\n")]
    [InlineData("[remote \"x\"]\nu_l = a\n")]
    [InlineData("[remote \"x\n\"]\nurl = a\n")]
    [InlineData("url = a\n")]
    [InlineData("[remote \"x\"] url = a")]
    [InlineData("[remote \"x\"] url = a \\")]
    [InlineData("[remote \"x\"")]
    [InlineData("[]\nurl = a\n")]
    public void RemoteUrlLines_any_syntax_is_what_git_prints(string text)
    {
        GitFixture.Require();
        _git.Run("init", "-q");
        File.AppendAllText(_git.InWork(".git/config"), "[core]\n");
        File.WriteAllText(Path.Join(_git.Home, ".gitconfig"), text);

        AssertAsGit();
    }

    [SkippableFact]
    public void RemoteUrlLines_all_scopes_come_in_the_order_of_git()
    {
        GitFixture.Require();
        _git.Commit();
        var system = Path.Join(_git.Root, "system");
        _git.Variables.Remove("GIT_CONFIG_NOSYSTEM");
        _git.Variables["GIT_CONFIG_SYSTEM"] = system;
        _git.Variables["GIT_CONFIG_COUNT"] = "1";
        _git.Variables["GIT_CONFIG_KEY_0"] = "Remote.Command.URL";
        _git.Variables["GIT_CONFIG_VALUE_0"] = "e";
        File.WriteAllText(system, "[remote \"system\"]\nurl = s\n");
        Directory.CreateDirectory(Path.Join(_git.Home, ".config/git"));
        File.WriteAllText(Path.Join(_git.Home, ".config/git/config"), "[remote \"xdg\"]\nurl = x\n");
        File.WriteAllText(Path.Join(_git.Home, ".gitconfig"), "[remote \"home\"]\nurl = h\n");
        _git.Run("config", "remote.local.url", "l");
        _git.Run("config", "extensions.worktreeConfig", "true");
        _git.Run("config", "--worktree", "remote.tree.url", "t");

        Assert.Equal(
            ["remote.system.url s", "remote.xdg.url x", "remote.home.url h", "remote.local.url l",
                "remote.tree.url t", "remote.Command.url e"],
            AssertAsGit()!);
    }

    [SkippableTheory]
    [InlineData("[includeIf \"gitdir:~/../work/\"]\npath = inc")]
    [InlineData("[includeIf \"gitdir:work/.git\"]\npath = inc")]
    [InlineData("[includeIf \"gitdir:w*k/\"]\npath = ~/inc")]
    [InlineData("[includeIf \"gitdir:WORK/\"]\npath = inc")]
    [InlineData("[includeIf \"gitdir/i:WORK/\"]\npath = inc")]
    [InlineData("[includeIf \"gitdir:./\"]\npath = inc")]
    [InlineData("[includeIf \"gitdir:/\"]\npath = inc")]
    [InlineData("[includeIf \"onbranch:main\"]\npath = inc")]
    [InlineData("[includeIf \"onbranch:ma\"]\npath = inc")]
    [InlineData("[includeIf \"onbranch:m[a-c]i?\"]\npath = inc")]
    [InlineData("[includeIf \"onbranch:main/\"]\npath = inc")]
    [InlineData("[includeIf \"unknown:main/\"]\npath = inc")]
    [InlineData("[include]\npath = inc\n[remote \"after\"]\nurl = z")]
    [InlineData("[include]\npath = .gitconfig")]
    public void RemoteUrlLines_includes_are_followed_as_git_does(string text)
    {
        GitFixture.Require();
        _git.Commit();
        File.WriteAllText(Path.Join(_git.Home, ".gitconfig"), text + "\n");
        File.WriteAllText(Path.Join(_git.Home, "inc"), "[remote \"included\"]\nurl = yes\n");

        AssertAsGit();
    }

    [Fact]
    public void Read_any_bytes_never_throws()
    {
        var alphabet = "[]\"\\\n\r\t =.;#aZ-1remote url\0"u8.ToArray();
        var texts = Gen.Elements(alphabet).ArrayOf().ToArbitrary();
        Prop.ForAll(texts, bytes =>
        {
            var parser = new GitConfigParser(bytes);
            var count = 0;
            while (parser.Read())
            {
                count++;
            }

            return count <= bytes.Length;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_any_text_in_quotes_comes_back()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), value =>
        {
            var text = value.Get.Replace("\0", "", StringComparison.Ordinal);
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            var parser = new GitConfigParser(Encoding.UTF8.GetBytes($"[a \"B\"]\nC = \"{quoted}\"\n"));
            return parser.Read() && parser.Key == "a.B.c" && parser.Value == text && !parser.Read() && !parser.IsInvalid;
        }).QuickCheckThrowOnFailure();
    }

    private string[]? AssertAsGit()
    {
        var (code, output, _) = _git.Try(_git.Work, "config", "--get-regexp", @"remote\..*\.url");
        var lines = _git.Find().RemoteUrlLines();
        Assert.Equal(code == 128, lines is null);
        if (code == 128)
        {
            return null;
        }

        string[] expected = code == 1 ? [] : output[..^1].Split('\n');
        Assert.Equal(expected, lines!.Value);
        return expected;
    }
}
