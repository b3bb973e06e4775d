using System.Text;
using Firn.Archives.Documents;
using Firn.Restore.Finishing;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;

namespace Firn.Tests.Restore.Unpacking;

public sealed class RestoredTextTests
{
    [Fact]
    public void Tokens_become_folders_and_urls_are_escaped()
    {
        var tokens = new TokenReplacer("/new env", "/base", null, [new("demo", "/new env/src/demo")]);

        Assert.Equal(
            "a=/new env/bin b=/base/bin c=file:///new%20env/src/demo d=/new env/src/demo/x",
            tokens.Fill("a=/@firn-prefix@/bin b=/@firn-base@/bin c=file:///@firn-project:demo@ d=/@firn-project:demo@/x"));
    }

    [Fact]
    public void Another_base_interpreter_takes_the_place_of_the_former_and_of_no_longer_name()
    {
        var tokens = new TokenReplacer("/env", "/usr", new("/@firn-base@/bin/python3", "/usr/bin/python3.11"), []);

        Assert.Equal(
            "/usr/bin/python3.11 /usr/bin/python3.12\n", tokens.Fill("/@firn-base@/bin/python3 /@firn-base@/bin/python3.12\n"));
    }

    [Theory]
    [InlineData("/old/pub/python3 -m venv --copies /new", "/new/.firn/python/bin/python3.11 -m venv --copies /new")]
    [InlineData("/old/one env/bin/python -m venv /new", "/new/.firn/python/bin/python3.11 -m venv /new")]
    [InlineData("/new/.firn/python/bin/python3 -m venv /new", "/new/.firn/python/bin/python3 -m venv /new")]
    [InlineData("something else", "something else")]
    [InlineData("-m venv", "-m venv")]
    public void The_command_of_pyvenv_cfg_names_the_interpreter_below(string command, string expected)
    {
        var tree = new ArchivedTree
        {
            Kind = ArchivedTreeKind.VirtualEnvironment,
            Prefix = "/old",
            PythonVersion = "3.11.7",
            PythonFolder = "python3.11",
            SitePackages = "lib/python3.11/site-packages",
            CacheTag = "cpython-311",
            Executable = "bin/python",
        };
        var python = new BasePython("/new/.firn/python", "/new/.firn/python/bin/python3.11", "3.11.7", IsArchived: true);

        Assert.Equal($"command = {expected}\n", PyvenvConfigurationWriter.Adapt($"command = {command}\n", tree, python));
    }

    [Fact]
    public void A_spot_without_its_placeholder_is_refused() =>
        Assert.Throws<FormatException>(() => PlaceholderFiller.Fill("no placeholder here"u8, [3], "/p"u8));

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "ab")]
    [InlineData("\ufb01", "\U0001F600")]
    [InlineData("Z", "a")]
    public void Texts_sort_as_their_bytes(string less, string greater)
    {
        Assert.True(Utf8Order.Compare(less, greater) < 0);
        Assert.True(Utf8Order.Compare(greater, less) > 0);
        Assert.True(Encoding.UTF8.GetBytes(less).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(greater)) < 0);
    }

    [Fact]
    public void A_path_with_a_comma_is_quoted()
    {
        var rows = new RestoredRecord("lib/python3.11/site-packages", isWholePython: false);
        rows.Set("lib/python3.11/site-packages/a,\"b\".txt", "x"u8);

        Assert.StartsWith("\"a,\"\"b\"\".txt\",sha256=", Encoding.UTF8.GetString(rows.Compose([])), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_sorted_by_their_bytes_and_those_of_changed_files_are_made_true()
    {
        var rows = new RestoredRecord("lib/python3.11/site-packages", isWholePython: true);
        rows.SetWithoutHash("lib/python3.11/site-packages/b/__pycache__/x.pyc");
        rows.Set("bin/tool", "x"u8);
        rows.Set("lib/python3.11/site-packages/z.txt", "x"u8);
        const string hash = "sha256=LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE";

        var record = rows.Compose(Encoding.UTF8.GetBytes(
            "b/y.py,sha256=AA,5\r\n\"a\"\"q\"\".py\",sha256=BB,07\n\U0001F600.py,,\n\uFFFD.py,,\nb/x.py\n"
            + "../../../include/site/python3.11/x.h,sha256=CC,1\n../../../bin/tool,sha256=DD,9\n"));

        Assert.Equal(
            [
                $"../../../bin/tool,{hash},1",
                "../../../include/python3.11/x.h,sha256=CC,1",
                "\"a\"\"q\"\".py\",sha256=BB,7",
                "b/__pycache__/x.pyc,,",
                "b/x.py,,",
                "b/y.py,sha256=AA,5",
                $"z.txt,{hash},1",
                "\uFFFD.py,,",
                "\U0001F600.py,,",
            ],
            Encoding.UTF8.GetString(record).TrimEnd('\n').Split('\n'));
    }
}
