using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Python.Requirements;
using Firn.Tests.Python.Candidates;

namespace Firn.Tests.Python.Requirements;

public sealed class RequirementsFileReaderTests
{
    private const string Digest = "1111111111111111111111111111111111111111111111111111111111111111";

    private const string PipScript = """
        import json, optparse, sys
        from pip._internal.req.req_file import parse_requirements
        from pip._internal.network.session import PipSession
        from pip._internal.index.package_finder import PackageFinder
        from pip._internal.index.collector import LinkCollector
        from pip._internal.models.search_scope import SearchScope
        from pip._internal.models.selection_prefs import SelectionPreferences
        session = PipSession()
        scope = SearchScope.create([], ["https://pypi.org/simple"], no_index=False)
        finder = PackageFinder.create(link_collector=LinkCollector(session=session, search_scope=scope), selection_prefs=SelectionPreferences(allow_yanked=True))
        options = optparse.Values({"require_hashes": False, "features_enabled": []})
        entries = []
        for r in parse_requirements(sys.argv[1], session=session, finder=finder, options=options):
            hashes = sorted(a + ":" + h for a, l in (r.options or {}).get("hashes", {}).items() for h in l)
            entries.append([r.requirement, r.is_editable, r.constraint, r.line_source, hashes])
        s = finder.search_scope
        print(json.dumps([entries, s.index_urls, s.find_links, s.no_index, options.require_hashes,
            sorted(finder.format_control.no_binary), sorted(finder.format_control.only_binary)]))
        """;

    private const string Everything = """
        # -*- coding: utf-8 -*-
        --index-url=https://one.example/simple
        -i https://two.example/simple --extra-index-url https://three.example/simple
        --extra-index https://four.example/simple
        --find-links wheels
        -fhttps://links.example/
        --no-binary :all: --only-binary=numpy,Sci_Py
        --pre
        --prefer-binary
        # a comment that ends with a backslash \
        after==1
        first==1.0   # a comment
        second[x,y] >= 2 , < 3 ; python_version > "3" and os_name == 'posix'
          indented==4
        joined==5 \
            --hash=sha256:1111111111111111111111111111111111111111111111111111111111111111 \
            --hash sha512:22222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222222 \
          # the end
        cut\
        name==6
        url @ https://x.example/url-1-py3-none-any.whl#sha256=1111111111111111111111111111111111111111111111111111111111111111
        https://x.example/other-2-py3-none-any.whl#egg=other
        git+https://x.example/repo.git@main#egg=repo&subdirectory=a
        -e git+https://x.example/edit.git#egg=edit
        --editable=git+https://x.example/edit2.git#egg=edit2
        settings==7 --config-settings "a=b c" --global-option='--x'
        -r nested/more.txt
        --constraint nested/limits.txt
        last==8;sys_platform=='linux'
        """;

    [SkippableFact]
    public void Read_finds_what_pip_finds()
    {
        var python = Pythons.WithPackaging()[^1];
        using var folder = new TemporaryFolder();
        var path = folder.Write("requirements.txt", Everything);
        folder.Write("nested/more.txt", "more==1\r\n-r ../other.txt\r\n");
        folder.Write("nested/limits.txt", "limited<3\n");
        folder.Write("other.txt", "other-file==1\n\f\ufefftricky==1\n");
        folder.Write("wheels/x.txt");
        var truth = JsonDocument.Parse(Part.Run(python, "-c", PipScript, path)).RootElement;

        var file = RequirementsFileReader.Read(path, SystemContext.OfThisProcess());

        var expected = truth[0].EnumerateArray().Select(entry =>
            $"{entry[0].GetString()!.Trim()}|{entry[1]}|{entry[2]}|{entry[3]}|{string.Join(' ', entry[4].EnumerateArray())}");
        var actual = file.Entries.Select(entry => string.Join(
            '|', entry.IsEditable ? entry.Url : entry.Text, entry.IsEditable, entry.IsConstraint, $"line {entry.Line} of {entry.File}",
            string.Join(' ', entry.Hashes.Select(hash => hash.ToString()).Order(StringComparer.Ordinal))));
        Assert.Equal(expected.Where(line => !line.Contains("tricky", StringComparison.Ordinal)), actual);
        Assert.Equal("https://four.example/simple", Texts(truth[1])[^1]);
        Assert.Equal("https://two.example/simple", file.Options.IndexUrl);
        Assert.Equal(Texts(truth[2]), file.Options.FindLinks);
        var formats = new Firn.Python.Indexes.FormatControl(file.Options.Formats);
        Assert.Equal((Texts(truth[5]).Contains(":all:"), Texts(truth[6]).Contains("numpy")), (!formats.AllowsWheels("x"), formats.AllowsWheels("numpy")));
        Assert.Contains("tricky", Assert.Single(file.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_byte_order_marks_and_declared_encodings_are_followed()
    {
        using var folder = new TemporaryFolder();
        byte[][] files =
        [
            [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("a @ file:///é\n")],
            [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes("a @ file:///é\n")],
            [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("a @ file:///é\n")],
            Encoding.Latin1.GetBytes("# vim: set fileencoding=latin-1 :\na @ file:///é\n"),
            Encoding.UTF8.GetBytes("# -*- coding: no-such-code -*-\na @ file:///é\n"),
        ];

        for (var i = 0; i < files.Length; i++)
        {
            var file = RequirementsFileReader.Read(folder.Write("r.txt", files[i]), SystemContext.OfThisProcess());

            Assert.Equal("file:///é", Assert.Single(file.Entries).Url);
            Assert.Equal(i == 4 ? 1 : 0, file.Problems.Length);
        }
    }

    [Fact]
    public void Read_variables_are_expanded_and_never_shown()
    {
        var systemContext = SystemContext.OfThisProcess() with
        {
            Variables = new Dictionary<string, string> { ["TOKEN"] = "hunter2", ["EMPTY"] = "", ["lower"] = "x" },
        };

        var file = RequirementsFileReader.ReadText(
            "a @ https://me:${TOKEN}@h/a.whl\n--index-url https://${TOKEN}@h/simple\nb==${EMPTY}1\nc @ https://h/${lower}$TOKEN/c.whl\n-r https://${TOKEN}@h/r.txt\n",
            "r.txt",
            systemContext);

        Assert.Equal("https://me:hunter2@h/a.whl", file.Entries[0].Url);
        Assert.Equal("https://hunter2@h/simple", file.Options.IndexUrl);
        Assert.Equal("https://h/${lower}$TOKEN/c.whl", file.Entries[1].Url);
        var shown = string.Join('\n', file.Entries.Select(entry => entry.Text + entry.Requirement).Concat(file.Problems.Select(problem => problem.ToString())))
            + file.Options;
        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.Contains(file.Problems, problem => problem.Message.StartsWith("r.txt:3:", StringComparison.Ordinal));
        Assert.Contains(file.Problems, problem => problem.Code == "requirements-not-read");
    }

    [Fact]
    public void Read_files_that_include_each_other_end()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.txt", "-r b.txt\n-r b.txt\na==1\n");
        folder.Write("b.txt", "-r a.txt\n-r missing.txt\nb==1\n");

        var file = RequirementsFileReader.Read(path, SystemContext.OfThisProcess());

        Assert.Equal(["b==1", "b==1", "a==1"], file.Entries.Select(entry => entry.Text));
        Assert.Contains(file.Problems, problem => problem.Message.Contains("b.txt:1: ", StringComparison.Ordinal) && problem.Message.Contains("includes itself", StringComparison.Ordinal));
        Assert.Contains(file.Problems, problem => problem.Message.Contains("b.txt:2: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_files_that_multiply_are_limited()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 30; i++)
        {
            folder.Write($"{i}.txt", $"-r {i + 1}.txt\n-r {i + 1}.txt\n");
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var file = RequirementsFileReader.Read(folder["0.txt"], SystemContext.OfThisProcess());

        Assert.NotEmpty(file.Problems);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("a==1 --hash=md5:11111111111111111111111111111111")]
    [InlineData("a==1 --hash=sha256:11")]
    [InlineData("a==1 --no-such-option")]
    [InlineData("a==1 --hash 'sha256:x")]
    [InlineData("a=1")]
    [InlineData("-e not-a-project")]
    [InlineData("--hash")]
    public void Read_a_wrong_line_is_a_problem_with_its_place(string line)
    {
        var file = RequirementsFileReader.ReadText("# one\n" + line + "\nb==1\n", "r.txt", SystemContext.OfThisProcess());

        Assert.Equal("b==1", Assert.Single(file.Entries).Text);
        Assert.StartsWith("r.txt:2: ", Assert.Single(file.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_a_wheel_on_this_machine_has_its_name_and_version()
    {
        using var folder = new TemporaryFolder();
        var here = SystemContext.OfThisProcess() with { CurrentDirectory = folder.Path };

        var entry = Assert.Single(RequirementsFileReader.ReadText($"./Foo_Bar-1.5-py3-none-any.whl --hash=sha256:{Digest}\n", "r.txt", here).Entries);

        Assert.Equal(("foo-bar", "1.5"), (entry.Requirement?.CanonicalName, entry.Requirement?.Specifiers.ExactVersion));
        Assert.Equal(folder["Foo_Bar-1.5-py3-none-any.whl"], entry.LocalPath);
        Assert.StartsWith("file:///", entry.Url, StringComparison.Ordinal);
        Assert.Single(entry.Hashes);
    }

    private static List<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];
}
