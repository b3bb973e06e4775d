using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Python.Indexes;
using Firn.Tests.Python.Candidates;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Indexes;

public sealed class SimpleIndexReaderTests
{
    private const string Url = "https://index.example/simple/a/";

    private const string Html = """
        <!DOCTYPE html><html><head><title>a</title><base href="https://files.example/base/"><base href="https://no.example/"></head>
        <body><!-- <a href="commented-1.tar.gz">x</a> -->
        <a href="a-1.0-py3-none-any.whl#sha256=1111111111111111111111111111111111111111111111111111111111111111" data-requires-python="&gt;=3.8">a</a>
        <A HREF='../up/a-1.1.tar.gz#sha256=2222222222222222222222222222222222222222222222222222222222222222' DATA-YANKED="broken &amp; bad">a</A>
        <a href=a-1.2.zip>a</a><a data-yanked="" href="/root/a-1.3.tar.gz">a</a>
        <a href="https://other.example/x/a-1.4%2Blocal-py3-none-any.whl" data-core-metadata="sha256=3333333333333333333333333333333333333333333333333333333333333333">a</a>
        <a href="a-1.5-py3-none-any.whl" data-dist-info-metadata="true">a</a>
        <a>nothing</a><a href="">empty</a><a name="x">anchor</a>
        <script>document.write('<a href="script-1.tar.gz">x</a>')</script>
        <a href = "a-1.6.tar.gz" class=b>spaced</a>
        <a
        href="a-1.7.tar.gz"
        >lines</a>
        </body></html>
        """;

    private const string PipScript = """
        import json, sys
        from pip._internal.index.collector import IndexContent, parse_links
        content = open(sys.argv[1], "rb").read()
        page = IndexContent(content, sys.argv[2], "utf-8", sys.argv[3], cache_link_parsing=False)
        out = []
        for l in parse_links(page):
            h = sorted(k + ":" + v for k, v in l._hashes.items())
            out.append([l.filename, l.url.split("#")[0], h, l.requires_python, l.is_yanked])
        print(json.dumps(out))
        """;

    private const string Json = """
        {"meta": {"api-version": "1.1"}, "name": "a", "versions": ["1.0"], "files": [
          {"filename": "a-1.0-py3-none-any.whl", "url": "https://files.example/a-1.0-py3-none-any.whl", "size": 12, "requires-python": ">=3.8",
           "hashes": {"sha256": "1111111111111111111111111111111111111111111111111111111111111111"}, "yanked": false, "core-metadata": true},
          {"filename": "a-1.1.tar.gz", "url": "../../files/a-1.1.tar.gz", "hashes": {}, "yanked": "broken", "requires-python": null},
          {"filename": "a-1.2.tar.gz", "url": "a-1.2.tar.gz", "hashes": {"md5": "22222222222222222222222222222222"}, "yanked": true,
           "dist-info-metadata": {"sha256": "3333333333333333333333333333333333333333333333333333333333333333"}}
        ]}
        """;

    [SkippableTheory]
    [InlineData(Html, "text/html")]
    [InlineData(Json, "application/vnd.pypi.simple.v1+json")]
    public void Read_finds_what_pip_finds(string page, string type)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("page", page);
        var truth = JsonDocument.Parse(Part.Run(Pythons.WithPackaging()[^1], "-c", PipScript, file, type, Url)).RootElement;

        var files = Read(page, type);

        Assert.Equal(
            truth.EnumerateArray().Select(link => $"{link[0]}|{link[1]}|{string.Join(' ', link[2].EnumerateArray())}|{link[3]}|{link[4]}"),
            files.Select(item => $"{item.FileName}|{item.Url}|{string.Join(' ', item.Hashes)}|{item.RequiresPython}|{item.IsYanked}"));
    }

    /// <summary>PEP 592: the attribute may have no value. pip takes the file for a good one then.</summary>
    [Theory]
    [InlineData("<a href=a-1.tar.gz data-yanked>", true)]
    [InlineData("<a href=a-1.tar.gz data-yanked=''>", true)]
    [InlineData("<a href=a-1.tar.gz data-yanked='why &lt;3'>", true)]
    [InlineData("<a href=a-1.tar.gz>", false)]
    public void Read_a_withdrawn_file_is_marked(string page, bool isYanked)
    {
        var file = Assert.Single(Read(page, "text/html"));

        Assert.Equal(isYanked, file.IsYanked);
    }

    [Fact]
    public void Read_json_has_sizes()
    {
        var files = Read(Json, "application/vnd.pypi.simple.v1+json; charset=utf-8");

        Assert.Equal([12L, null, null], files.Select(file => file.Size));
    }

    [Theory]
    [InlineData("file:///etc/passwd-1.0.tar.gz")]
    [InlineData("javascript:alert(1)//a-1.0.tar.gz")]
    [InlineData("data:text/html,a-1.0.tar.gz")]
    [InlineData("https://x/..%2f..%2fetc%2fa-1.0.tar.gz")]
    [InlineData("https://x/a%00-1.0.tar.gz")]
    [InlineData("https:///a-1.0.tar.gz")]
    [InlineData("https://x/%5c..%5ca-1.0.tar.gz")]
    [InlineData("https://x/")]
    public void Read_a_link_that_leads_elsewhere_is_left_out(string link)
    {
        Assert.Empty(Read($"<a href=\"{link}\">a</a>", "text/html"));
        Assert.Empty(Read(JsonSerializer.Serialize(new { files = new[] { new { url = link } } }), "application/vnd.pypi.simple.v1+json"));
    }

    [Fact]
    public void Read_a_safe_name_of_json_counts_before_the_url()
    {
        var page = """{"files": [{"filename": "../a-1.0.tar.gz", "url": "b-1.0.tar.gz"}, {"filename": "c-1.0.tar.gz", "url": "d"}]}""";

        Assert.Equal(["b-1.0.tar.gz", "c-1.0.tar.gz"], Read(page, "application/vnd.pypi.simple.v1+json").Select(file => file.FileName));
    }

    [Fact]
    public void Read_broken_json_is_a_problem_without_credentials()
    {
        var problems = new List<Problem>();

        Assert.Empty(SimpleIndexReader.Read(new IndexPage([.. "{\"files\": ["u8], "application/vnd.pypi.simple.v1+json", "https://u:secret@h/simple/a/"), problems));

        Assert.DoesNotContain("secret", Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<")]
    [InlineData("<a ")]
    [InlineData("<a href='")]
    [InlineData("<!--")]
    [InlineData("<script>")]
    [InlineData("<a b=c ")]
    [InlineData("<a href=x>")]
    [InlineData("</")]
    [InlineData("<a/")]
    [InlineData("&amp;<a href=\"&#1;")]
    public void Read_a_hostile_page_is_quick(string piece)
    {
        var page = string.Concat(Enumerable.Repeat(piece, (2 << 20) / piece.Length));
        var watch = Stopwatch.StartNew();

        _ = Read(page, "text/html");

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public void Read_takes_any_bytes() =>
        Prop.ForAll(Pages().ToArbitrary(), page =>
        {
            _ = Read(page, "text/html");
            _ = Read(page, "application/vnd.pypi.simple.v1+json");
            return true;
        }).QuickCheckThrowOnFailure();

    private static Gen<string> Pages() =>
        Gen.Elements(
            "<a ", "href", "=", "'", "\"", ">", "<", "a-1.0.tar.gz", "/", "#sha256=", "&gt;", "&", "<!--", "-->", "<base href=", "data-yanked", " ", "\n",
            "{\"files\":[", "{\"url\":", "\"a.whl\"", "}", "]}", ",", "\\ud800", "null", "http://[", "é", "\0").ListOf().Select(string.Concat);

    private static ImmutableArray<IndexFile> Read(string page, string type) =>
        SimpleIndexReader.Read(new IndexPage(Encoding.UTF8.GetBytes(page), type, Url), []);
}
