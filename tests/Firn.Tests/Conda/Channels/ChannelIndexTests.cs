using System.Text;
using Firn.Common;
using Firn.Common.Compression;
using Firn.Conda;
using Firn.Conda.Channels;
using Firn.Conda.Configuration;
using Firn.Tests.Conda.Locks;

namespace Firn.Tests.Conda.Channels;

public sealed class ChannelIndexTests
{
    private static readonly ChannelUrls Urls = new(new ChannelSettings(), LockSamples.SystemContext());

    private readonly MemoryPages _pages = new MemoryPages()
        .Add("https://conda.anaconda.org/one/linux-64/repodata.json", Page("a-1-h1_0", "b-1-h1_0", "b-2-h1_0", "b-2-h2_0"))
        .Add("https://conda.anaconda.org/one/noarch/repodata.json", Page("c-1-py_0"))
        .Add("https://conda.anaconda.org/two/linux-64/repodata.json", Page("a-1-h1_0", "d-1-h1_0"))
        .Add("https://conda.anaconda.org/two/noarch/repodata.json", "{\"removed\": [\"gone-1-h1_0.conda\"]}");

    [Fact]
    public void Find_takes_the_first_channel_that_has_it()
    {
        var answer = Find(["a=1=h1_0", "c=1=py_0", "d=1=h1_0"], "one", "two");

        Assert.Empty(answer.Missing);
        Assert.Empty(answer.Problems);
        Assert.Equal(["one", "one", "two"], answer.Found.Select(package => package.Channel![^3..]));
        Assert.Equal(["linux-64", "noarch", "linux-64"], answer.Found.Select(package => package.Subdir));
        Assert.Equal("a=1=h1_0", answer.Found[0].RequestedSpec);
    }

    [Fact]
    public void Find_asks_no_more_once_all_is_found()
    {
        Find(["a=1=h1_0"], "one", "two");

        Assert.DoesNotContain(_pages.Asked, url => url.Contains("two", StringComparison.Ordinal) || url.Contains("noarch", StringComparison.Ordinal));
    }

    [Fact]
    public void Find_takes_the_channel_that_a_spec_names()
    {
        var answer = Find(["two::a=1=h1_0", "https://conda.anaconda.org/one/noarch::c=1=py_0"], "one");

        Assert.Empty(answer.Missing);
        Assert.Equal(["two", "one"], answer.Found.Select(package => package.Channel![^3..]));
    }

    [Fact]
    public void Find_tells_all_that_is_missing_with_what_there_is()
    {
        var answer = Find(["a=1=h1_0", "b=2=h3_0", "b=3=h1_0", "gone=1=h1_0", "nowhere=1=h1_0"], "one", "two");

        Assert.Single(answer.Found);
        Assert.Equal(
            [
                "b 2 h3_0 is in no channel; b 2 has the builds h1_0, h2_0",
                "b 3 h1_0 is in no channel; b has the versions 2, 1",
                "gone 1 h1_0 was removed from its channel",
                "nowhere 1 h1_0 is in no channel, nor is another nowhere",
            ],
            answer.Missing.Select(missing => missing.Text));
    }

    [Fact]
    public void Find_tells_of_a_channel_that_is_none() =>
        Assert.Equal("channel-without-index", Assert.Single(Find(["a=1=h1_0"], "three").Problems).Code);

    [SkippableFact]
    public void Find_reads_the_compressed_page_and_the_plain_one_where_that_is_damaged()
    {
        var text = Encoding.UTF8.GetBytes(Page("e-1-h1_0"));
        var sink = new MemorySink();
        using (var compressor = CompressionFormat.Zstandard.Compress(sink, new CompressionSettings { Length = text.Length }))
        {
            compressor.Write(text);
            compressor.Finish();
        }

        _pages.Add("https://conda.anaconda.org/zst/linux-64/repodata.json.zst", sink.Bytes.ToArray());
        _pages.Add("https://conda.anaconda.org/bad/linux-64/repodata.json.zst", sink.Bytes.Take(sink.Bytes.Count / 2).ToArray());
        _pages.Add("https://conda.anaconda.org/bad/linux-64/repodata.json", text);

        Assert.Single(Find(["e=1=h1_0"], "zst").Found);
        Assert.DoesNotContain("https://conda.anaconda.org/zst/linux-64/repodata.json", _pages.Asked);
        Assert.Single(Find(["e=1=h1_0"], "bad").Found);
    }

    private static string Page(params string[] stems) => "{\"packages.conda\": {" + string.Join(", ", stems.Select(stem => $"\"{stem}.conda\": {{}}")) + "}}";

    private ChannelLookup Find(string[] specs, params string[] channels) =>
        new ChannelIndex(_pages, Urls, "linux-64").Find(
            [.. specs.Select(spec => MatchSpec.Parse(spec)!)], Urls.Of(channels, "linux-64", []), CancellationToken.None);

    private sealed class MemorySink : IByteSink
    {
        public List<byte> Bytes { get; } = [];

        public void Write(ReadOnlySpan<byte> bytes) => Bytes.AddRange(bytes);
    }
}
