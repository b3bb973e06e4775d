using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Pip;

namespace Firn.Tests.Python.Pip;

public sealed class PipFreezeOptionsTests : IDisposable
{
    private readonly string _root = RealPath.Of(Directory.CreateTempSubdirectory("firn-options-").FullName);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Run_takes_credentials_out_of_every_line()
    {
        Write("site/a-1.0.dist-info/METADATA", "Name: a\nVersion: 1.0\n");
        Write("site/a-1.0.dist-info/direct_url.json", """{"url": "https://user:secret@host/a.whl", "archive_info": {}}""");
        Write("requirements.txt", "--index-url https://user:secret@host/simple\n");
        var options = Options() with
        {
            PipVersion = "20.3.4",
            FindLinks = ["https://user:secret@host/wheels"],
            RequirementFiles = [Path.Join(_root, "requirements.txt")],
        };
        Assert.Contains("secret", PipFreeze.Run(options, []).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", PipFreeze.Run(options with { KeepsCredentials = false }, []).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_prints_find_links_first_before_21_2()
    {
        var options = Options() with { FindLinks = ["/opt/wheels", "https://x/y"] };
        Assert.Equal("-f /opt/wheels\n-f https://x/y\n", PipFreeze.Run(options with { PipVersion = "21.1.3" }, []).Text);
        Assert.Empty(PipFreeze.Run(options with { PipVersion = "21.2" }, []).Text);
    }

    [Fact]
    public void Run_excludes_names_in_any_spelling()
    {
        Write("site/foo_bar-1.0.dist-info/METADATA", "Name: Foo.Bar\nVersion: 1.0\n");
        Write("site/b-1.0.dist-info/METADATA", "Name: b\nVersion: 1.0\n");
        Assert.Equal("b==1.0\n", PipFreeze.Run(Options() with { Exclude = ["FOO-bar"] }, []).Text);
    }

    [Fact]
    public void Run_goes_on_where_pip_fails_and_says_so()
    {
        Directory.CreateDirectory(Path.Join(_root, "site", "latin-1.0.dist-info"));
        File.WriteAllBytes(
            Path.Join(_root, "site", "latin-1.0.dist-info", "METADATA"),
            System.Text.Encoding.Latin1.GetBytes("Name: latin\nVersion: 1.0\nAuthor: J\u00f6rg\n"));
        var problems = new List<Problem>();
        Assert.Equal("latin==1.0\n", PipFreeze.Run(Options(), problems).Text);
        Assert.Contains(problems, problem => problem.Code == "metadata-not-utf8");
    }

    [Theory]
    [InlineData("24.0", 3, 11, "")]
    [InlineData("24.0", 3, 12, "setuptools==1.0\nwheel==1.0\n")]
    [InlineData("23.1", 3, 12, "")]
    [InlineData(null, 3, 13, "setuptools==1.0\nwheel==1.0\n")]
    public void Run_hides_what_belongs_to_pip(string? pip, int major, int minor, string expected)
    {
        foreach (var name in new[] { "pip", "setuptools", "wheel", "argparse" })
        {
            Write($"site/{name}-1.0.dist-info/METADATA", $"Name: {name}\nVersion: 1.0\n");
        }

        var options = Options() with { PipVersion = pip, Major = major, Minor = minor };
        Assert.Equal(expected, PipFreeze.Run(options, []).Text);
    }

    private PipFreezeOptions Options() => new()
    {
        SearchPath = [Path.Join(_root, "site")],
        SystemContext = new SystemContext
        {
            Variables = new Dictionary<string, string>(),
            HomeDirectory = _root,
            CurrentDirectory = "/",
        },
    };

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(_root, path))!);
        File.WriteAllText(Path.Join(_root, path), text);
    }
}
