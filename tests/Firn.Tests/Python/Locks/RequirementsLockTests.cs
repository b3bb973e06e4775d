using Firn.Common;
using Firn.Python.Locks;
using Firn.Python.Requirements;
using Firn.Python.Versions;

namespace Firn.Tests.Python.Locks;

public sealed class RequirementsLockTests
{
    private const string Hash = "--hash=sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private const string OtherHash = "--hash=sha256:2222222222222222222222222222222222222222222222222222222222222222";

    private static readonly MarkerEnvironment Linux = MarkerEnvironment.OfCPython("3.11.7", MarkerPlatform.Linux("x86_64", "6.1", "#1"));

    [Fact]
    public void Resolve_pins_are_locked_and_the_rest_is_named()
    {
        var locked = Resolve("A_b[x]==1.0.0\nc>=2\nd===2.0\ne==1.*\nf==1; sys_platform == 'win32'\n");

        Assert.Equal(["a-b 1.0.0 A_b", "d 2.0 d"], locked.Distributions.Select(item => $"{item.Name} {item.Version} {item.DisplayName}"));
        Assert.Equal(["c>=2", "e==1.*"], locked.Unpinned.Select(item => item.Text));
        Assert.Equal("r.txt:1", locked.Distributions[0].Origin);
        Assert.Equal(["x"], locked.Distributions[0].Extras.AsEnumerable());
        Assert.True(locked.Distributions[0].IsRequested);
    }

    [Fact]
    public void Resolve_a_constraint_pins_what_it_limits_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        folder.Write("c.txt", "a==1\nb==2\n");
        var file = RequirementsFileReader.Read(folder.Write("r.txt", "a\n-c c.txt\n"), SystemContext.OfThisProcess());

        var locked = RequirementsLock.Resolve(file, Linux);

        Assert.Equal("a 1", string.Join(',', locked.Distributions.Select(item => $"{item.Name} {item.Version}")));
        Assert.Empty(locked.Unpinned);
    }

    [Theory]
    [InlineData("a==1\nA==2\n", "r.txt:1", "r.txt:2")]
    [InlineData("a>=2\na==1\n", "r.txt:2", "r.txt:1")]
    [InlineData("a @ https://x/a-1-py3-none-any.whl\n\na @ https://y/a-1-py3-none-any.whl\n", "r.txt:1", "r.txt:3")]
    [InlineData("a==1 " + Hash + "\na==1 " + OtherHash + "\n", "r.txt:1", "r.txt:2")]
    public void Resolve_two_lines_that_contradict_each_other_are_both_named(string text, string first, string second)
    {
        var failure = Assert.Throws<FirnException>(() => Resolve(text));

        Assert.Contains(first, failure.Message, StringComparison.Ordinal);
        Assert.Contains(second, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_the_same_pin_twice_is_one_distribution()
    {
        var locked = Resolve("a==1\na==1.0\na<2\n");

        Assert.Equal("1", Assert.Single(locked.Distributions).Version);
    }

    [Fact]
    public void Resolve_one_hash_requires_all_and_names_all_that_lack_it()
    {
        var failure = Assert.Throws<FirnException>(() => Resolve(
            $"a==1 {Hash}\nb==2\nc>=3 {Hash}\ngit+https://x/d.git#egg=d\nz==9; os_name == 'nt'\n"));

        Assert.Contains("b==2 has no hash (r.txt:2)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("c>=3 is not pinned (r.txt:3)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("cannot have a hash (r.txt:4)", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a==1", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("z==9", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_hashes_of_all_are_kept_and_a_fragment_counts()
    {
        var locked = Resolve(
            $"--require-hashes\na==1 {Hash} \\\n  {OtherHash}\nb @ https://u:p@x/b-2-py3-none-any.whl#sha256={new string('3', 64)}\n");

        Assert.Equal(2, locked.Distributions[0].Hashes.Length);
        var direct = locked.Distributions[1];
        Assert.Equal(new string('3', 64), Assert.Single(direct.Hashes).Hex);
        Assert.Equal("b-2-py3-none-any.whl", Assert.Single(direct.Files).FileName);
        Assert.Equal(("2", LockedSourceKind.Wheel), (direct.Version, direct.Kind));
        Assert.DoesNotContain("u:p", direct.RequirementText, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_sources_have_their_kind()
    {
        using var folder = new TemporaryFolder();
        folder.Write("project/pyproject.toml", "[project]\nname = 'My.Project'\n");
        folder.Write("nameless/setup.py");
        var here = SystemContext.OfThisProcess() with { CurrentDirectory = folder.Path };
        var file = RequirementsFileReader.ReadText(
            "-e ./project\n./nameless\ngit+https://x/r.git@abc#egg=r&subdirectory=s\nq @ https://x/q-1.0.tar.gz\n", "r.txt", here);

        var locked = RequirementsLock.Resolve(file, Linux);

        Assert.Empty(file.Problems);
        Assert.Equal(
            ["my-project Editable", "r Vcs", "q SourceArchive"], locked.Distributions.Select(item => $"{item.Name} {item.Kind}"));
        Assert.Equal("s", locked.Distributions[1].Subdirectory);
        Assert.Equal("1.0", locked.Distributions[2].Version);
        Assert.Equal("./nameless", Assert.Single(locked.Unpinned).Text);
    }

    [Fact]
    public void Resolve_a_marker_without_meaning_fails() =>
        Assert.Contains("r.txt:1", Assert.Throws<FirnException>(() => Resolve("a==1; os_name ~= 'posix'\n")).Message, StringComparison.Ordinal);

    private static RequirementsLock Resolve(string text)
    {
        var file = RequirementsFileReader.ReadText(text, "r.txt", SystemContext.OfThisProcess());
        Assert.Empty(file.Problems);
        return RequirementsLock.Resolve(file, Linux);
    }
}
