using System.Text;
using Firn.Common;
using Firn.Python.Candidates;
using Firn.Python.Locks;
using Firn.Python.Versions;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Locks;

public sealed class PylockReaderTests
{
    private const string Wheel = "hashes = {sha256 = '1111111111111111111111111111111111111111111111111111111111111111'}}]\n";
    private const string Head = "lock-version = '1.0'\ncreated-by = 'x'\n";
    private const string Package = Head + "[[packages]]\nname = 'a'\nversion = '1'\n";

    private static readonly Pep440Version Python311 = Pep440Version.Parse("3.11.7")!;
    private static readonly MarkerEnvironment Linux = MarkerEnvironment.OfCPython("3.11.7", MarkerPlatform.Linux("x86_64", "6.1", "#1"));

    /// <summary>The results are packaging's (see fixtures/requirements/README.md).</summary>
    [Theory]
    [InlineData(null, null, "alpha 1.2,beta 2.0+cu1,repo ,here ,archived 0.1")]
    [InlineData("plot", "dev", "alpha 1.2,beta 2.0+cu1,plotter 3.0,tester 4.0,here ,archived 0.1")]
    [InlineData(null, "", "alpha 1.2,beta 2.0+cu1,here ,archived 0.1")]
    public void Select_gives_what_packaging_selects(string? extra, string? group, string expected)
    {
        var selected = Example().Select(
            Linux, Python311, extra is null ? null : [extra], group is null ? null : group.Length == 0 ? [] : [group]);

        Assert.Equal(expected, string.Join(',', selected.Select(item => $"{item.Name} {item.Version}")));
    }

    [Fact]
    public void Select_gives_files_sources_and_hashes()
    {
        var selected = Example().Select(Linux, Python311).ToDictionary(item => item.Name);

        var alpha = selected["alpha"];
        Assert.Equal(3, alpha.Files.Length);
        Assert.Equal(1234, alpha.Files[0].Size);
        Assert.Equal("file:///lock/files/alpha-1.2.tar.gz", alpha.Files[2].Url);
        Assert.Equal("https://index.example/simple", alpha.IndexUrl);
        Assert.Equal("beta-2.0+cu1-py3-none-any.whl", Assert.Single(selected["beta"].Files).FileName);
        Assert.Equal(LockedSourceKind.Vcs, selected["repo"].Kind);
        Assert.Equal(
            "git+https://git.example/repo.git@0123456789abcdef0123456789abcdef01234567#subdirectory=python", selected["repo"].DirectUrl);
        Assert.Equal((LockedSourceKind.Editable, "file:///here"), (selected["here"].Kind, selected["here"].DirectUrl));
        Assert.Equal(LockedSourceKind.SourceArchive, selected["archived"].Kind);
        Assert.Equal("archived-0.1.zip", Assert.Single(selected["archived"].Files).FileName);
    }

    [Fact]
    public void Select_then_choose_takes_the_wheel_that_packaging_takes()
    {
        var alpha = Example().Select(Linux, Python311)[0];
        var tags = WheelTags.Of("cpython", 3, 11, "", ["manylinux_2_17_x86_64"]);

        var choice = WheelChooser.Choose(alpha, alpha.Files, tags, Python311);

        Assert.Equal("alpha-1.2-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", choice.Wheel?.FileName);
        Assert.Equal("sha256:" + new string('1', 64), Assert.Single(choice.AllowedHashes).ToString());
    }

    [Theory]
    [InlineData("3.9.1", "is for Python >=3.10")]
    [InlineData("3.8.0", "is for Python >=3.10")]
    public void Select_for_another_python_fails(string python, string message)
    {
        var failure = Assert.Throws<FirnException>(() => Example().Select(Linux, Pep440Version.Parse(python)!));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_for_another_environment_or_of_an_unknown_extra_fails()
    {
        var mac = Linux with { SysPlatform = "darwin" };

        Assert.Contains("other environments", Assert.Throws<FirnException>(() => Example().Select(mac, Python311)).Message, StringComparison.Ordinal);
        Assert.Contains("no extra 'x'", Assert.Throws<FirnException>(() => Example().Select(Linux, Python311, ["x"])).Message, StringComparison.Ordinal);
        Assert.Contains("group 'x'", Assert.Throws<FirnException>(() => Example().Select(Linux, Python311, null, ["x"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_two_entries_of_a_name_fails_and_names_both()
    {
        var entry = "[[packages]]\nname = 'a'\nwheels = [{url = 'https://x/a-1-py3-none-any.whl', " + Wheel;

        var failure = Assert.Throws<FirnException>(() => Read(Head + entry + entry).Select(Linux, Python311));

        Assert.Contains("packages[0]", failure.Message, StringComparison.Ordinal);
        Assert.Contains("packages[1]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_a_later_minor_version_reports_it() =>
        Assert.Equal("pylock-newer", Assert.Single(Read("lock-version = '1.1'\npackages = []\n").Problems).Code);

    [Theory]
    [InlineData("packages = []", "lock-version is missing")]
    [InlineData("lock-version = 1.0\npackages = []", "lock-version")]
    [InlineData("lock-version = '2.0'\npackages = []", "version 2.0")]
    [InlineData("lock-version = '1.0'", "packages is missing")]
    [InlineData("lock-version = '1.0'\npackages = 'x'", "packages is missing")]
    [InlineData("lock-version = '1.0'\nx = 1979-13-45\npackages = []", "not TOML")]
    [InlineData("lock-version = '1.0", "not TOML")]
    [InlineData(Head + "environments = ['nonsense']\npackages = []", "environments")]
    [InlineData(Head + "extras = 'x'\npackages = []", "extras")]
    [InlineData(Head + "requires-python = 'three'\npackages = []", "requires-python")]
    [InlineData(Head + "[[packages]]\nversion = '1'", "name is missing")]
    [InlineData(Head + "[[packages]]\nname = 'A_b'", "normalized")]
    [InlineData(Head + "[[packages]]\nname = 'a'", "exactly one")]
    [InlineData(Package + "wheels = []", "exactly one")]
    [InlineData(Package + "wheels = [{url = 'https://x/a-1-py3-none-any.whl'}]", "hashes is missing")]
    [InlineData(Package + "wheels = [{url = 'https://x/a-1-py3-none-any.whl', hashes = {}}]", "no hash")]
    [InlineData(Package + "wheels = [{url = 'https://x/a-1-py3-none-any.whl', hashes = {md5 = '11111111111111111111111111111111'}}]", "no hash")]
    [InlineData(Package + "wheels = [{url = 'https://x/a-1-py3-none-any.whl', hashes = {sha256 = 1}}]", "not a string")]
    [InlineData(Package + "wheels = [{" + Wheel, "url is missing")]
    [InlineData(Package + "wheels = [{url = 'javascript:1', " + Wheel, "URL")]
    [InlineData(Package + "wheels = [{url = 'https://x/b-1-py3-none-any.whl', " + Wheel, "not a file of a")]
    [InlineData(Package + "wheels = [{url = 'https://x/a-2-py3-none-any.whl', " + Wheel, "not of version 1")]
    [InlineData(Package + "wheels = [{name = '../a-1-py3-none-any.whl', url = 'https://x/y', " + Wheel, "unsafe")]
    [InlineData(Package + "marker = \"extra == 'x'\"\nwheels = [{url = 'https://x/a-1-py3-none-any.whl', " + Wheel, "extras")]
    [InlineData(Package + "directory = {path = '.', subdirectory = '../..'}", "subdirectory")]
    [InlineData(Package + "directory = {path = '.'}\nvcs = {type = 'git', url = 'https://x/y', commit-id = 'a'}", "several")]
    [InlineData(Package + "vcs = {type = 'git', url = 'https://x/y', commit-id = '--upload-pack=x'}", "commit-id")]
    public void Read_an_invalid_lock_says_what_and_where(string text, string message)
    {
        var failure = Assert.Throws<FirnException>(() => Read(text));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains("pylock.toml", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_any_change_of_a_lock_is_read_or_refused()
    {
        var example = File.ReadAllBytes(ExamplePath());
        Prop.ForAll<PositiveInt, byte, PositiveInt>((position, value, length) =>
        {
            var changed = example.ToArray();
            changed[position.Get * 37 % changed.Length] = value;
            try
            {
                _ = PylockReader.Read(changed.AsSpan(0, changed.Length - (length.Get % 7 == 0 ? length.Get * 31 % changed.Length : 0)));
            }
            catch (FirnException)
            {
                // Said as it is to be said.
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("[")]
    [InlineData("a = [")]
    [InlineData("a = {b = ")]
    [InlineData("[[packages]]\n")]
    public void Read_hostile_nesting_is_refused(string piece)
    {
        var text = Head + string.Concat(Enumerable.Repeat(piece, 20_000));

        Assert.Throws<FirnException>(() => Read(text));
    }

    private static Pylock Example() => PylockReader.Read(File.ReadAllBytes(ExamplePath()), "pylock.example.toml", "/lock");

    private static string ExamplePath() => Path.Join(AppContext.BaseDirectory, "fixtures", "requirements", "pylock.example.toml");

    private static Pylock Read(string text) => PylockReader.Read(Encoding.UTF8.GetBytes(text));
}
