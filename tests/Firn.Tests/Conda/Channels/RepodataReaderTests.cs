using System.Text;
using Firn.Conda;
using Firn.Conda.Channels;
using Firn.Tests.Conda.Locks;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Conda.Channels;

public sealed class RepodataReaderTests
{
    private const string Page = "https://user:pw@example.com/t/TOK-1/ch/linux-64/repodata.json";

    private const string Text = $$"""
        {
          "info": {"subdir": "linux-64", "unknown": [1, {"a": "b"}]},
          "packages": {
            "numpy-1.26.4-py312_0.tar.bz2": {"name": "numpy", "version": "1.26.4", "build": "py312_0", "md5": "{{LockSamples.Md5}}", "depends": ["old"]},
            "numpy-1.26.3-py312_0.tar.bz2": {"name": "numpy", "version": "1.26.3", "build": "py312_0", "depends": []},
            "other-1-0.tar.bz2": {"name": "other", "depends": [{"deep": [[[]]]}]}
          },
          "packages.conda": {
            "numpy-1.26.4-py312_0.conda": {
              "arch": null, "build": "py312_0", "build_number": 0, "constrains": ["numpy-base <0a0"],
              "depends": ["python >=3.12", "__glibc >=2.17"], "license": "BSD-3-Clause", "md5": "{{LockSamples.Md5}}", "name": "numpy",
              "python_site_packages_path": "lib/python3.12/site-packages", "noarch": "python",
              "sha256": "{{LockSamples.Sha256}}", "size": 7484186, "subdir": "linux-64", "timestamp": 1707225421156, "version": "1.26.4"
            },
            "numpy-1.26.4-py311_0.conda": {"name": "numpy", "version": "1.26.4", "build": "py311_0"}
          },
          "removed": ["numpy-1.26.4-py312_9.conda", "other-2-0.conda"],
          "repodata_version": 1
        }
        """;

    [Fact]
    public void Read_gives_the_wanted_packages_with_all_that_the_index_says()
    {
        var page = Read(Text, "numpy=1.26.4=py312_0");

        var package = Assert.Single(page.Packages);
        Assert.Equal("numpy-1.26.4-py312_0.conda", package.FileName);
        Assert.Equal("https://user:pw@example.com/t/TOK-1/ch/linux-64/numpy-1.26.4-py312_0.conda", package.Url);
        Assert.Equal("https://example.com/ch/linux-64/numpy-1.26.4-py312_0.conda", package.SafeUrl);
        Assert.Equal(("https://example.com/ch", "linux-64"), (package.Channel, package.Subdir));
        Assert.Equal((LockSamples.Sha256, LockSamples.Md5, 7484186L, 1707225421156L), (package.Sha256, package.Md5, package.Size, package.Timestamp));
        Assert.Equal(["python >=3.12", "__glibc >=2.17"], package.Depends!.Value.AsEnumerable());
        Assert.Equal("numpy-base <0a0", Assert.Single(package.Constrains!.Value));
        Assert.Equal(("BSD-3-Clause", "python", "lib/python3.12/site-packages"), (package.License, package.Noarch, package.PythonSitePackagesPath));
        Assert.Equal(2, page.NearMisses.Length);
        Assert.Empty(page.Problems);
        Assert.DoesNotContain("TOK-1", package.Origin, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_tells_what_was_removed() =>
        Assert.Equal("numpy-1.26.4-py312_9.conda", Assert.Single(Read(Text, "numpy=1.26.4=py312_9").Removed));

    [Theory]
    [InlineData("https://files.example.com/x", "https://files.example.com/x/numpy-1.26.4-py312_0.conda")]
    [InlineData("../files/", "https://user:pw@example.com/t/TOK-1/ch/files/numpy-1.26.4-py312_0.conda")]
    [InlineData("http://example.com/x", null)]
    [InlineData("file:///etc", null)]
    [InlineData("https://example.com/x?a=b", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("https://[", null)]
    public void Read_follows_base_url_where_it_may_lead(string baseUrl, string? expected)
    {
        var page = Read(Text.Replace("\"unknown\"", $"\"base_url\": \"{baseUrl}\", \"unknown\"", StringComparison.Ordinal), "numpy=1.26.4=py312_0");

        Assert.Equal(expected, page.Packages.SingleOrDefault()?.Url);
        Assert.Equal(expected is null ? 1 : 0, page.Problems.Length);
    }

    [Theory]
    [InlineData("\"name\": \"numpy\",\n      \"python", "\"name\": \"evil\",\n      \"python")]
    [InlineData("\"timestamp\": 1707225421156, \"version\": \"1.26.4\"", "\"version\": \"9\"")]
    public void Read_refuses_a_record_of_another_package(string from, string to)
    {
        Assert.Contains(from, Text, StringComparison.Ordinal);
        var page = Read(Text.Replace(from, to, StringComparison.Ordinal), "numpy=1.26.4=py312_0");

        Assert.Equal("channel-record-odd", Assert.Single(page.Problems).Code);
        Assert.EndsWith(".tar.bz2", Assert.Single(page.Packages).FileName, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"packages\": [], \"packages.conda\": 1, \"info\": \"x\", \"removed\": {}}")]
    public void Read_of_nothing_is_nothing(string text)
    {
        var page = Read(text, "numpy=1=0");

        Assert.Empty(page.Packages);
        Assert.Empty(page.Problems);
    }

    [Theory]
    [InlineData("{\"packages\": {\"a-1-0.conda\": {")]
    [InlineData("{\"packages\"")]
    [InlineData("<html>")]
    [InlineData("{} {}x")]
    public void Read_of_a_damaged_page_is_a_problem(string text) =>
        Assert.Equal("channel-page-damaged", Assert.Single(Read(text, "a=1=0").Problems).Code);

    [Fact]
    public void Read_of_deep_nesting_is_a_problem() =>
        Assert.Single(Read("{\"x\": " + new string('[', 1_000_000), "a=1=0").Problems);

    [Fact]
    public void Read_of_an_endless_text_is_a_problem_and_little_memory()
    {
        using var stream = new EndlessStream();
        var page = RepodataReader.Read(stream, new WantedSpecs([MatchSpec.Parse("a=1=0")!]), Page, CancellationToken.None);

        Assert.Contains("too long", Assert.Single(page.Problems).Message, StringComparison.Ordinal);
        Assert.True(stream.Given < 32 * 1024 * 1024);
    }

    [Fact]
    public void Read_of_any_pieces_gives_the_same()
    {
        for (var size = 1; size < 200; size = (size * 3) + 1)
        {
            using var stream = new SlowStream(Encoding.UTF8.GetBytes(Text), size);
            var page = RepodataReader.Read(stream, new WantedSpecs([MatchSpec.Parse("numpy=1.26.4=py312_0")!]), Page, CancellationToken.None);

            Assert.Equal(LockSamples.Sha256, Assert.Single(page.Packages).Sha256);
        }
    }

    [Fact]
    public void Read_of_damaged_text_never_throws() => Prop.ForAll<NonNegativeInt, byte>((place, value) =>
    {
        var bytes = Encoding.UTF8.GetBytes(Text);
        bytes[place.Get % bytes.Length] = value;
        var page = RepodataReader.Read(new MemoryStream(bytes), new WantedSpecs([MatchSpec.Parse("numpy=1.26.4=py312_0")!]), Page, CancellationToken.None);
        return page.Packages.All(package => CondaNames.TrySplit(package.FileName, out _, out _, out _));
    }).QuickCheckThrowOnFailure();

    private static RepodataPage Read(string text, string spec) => RepodataReader.Read(
        new MemoryStream(Encoding.UTF8.GetBytes(text)), new WantedSpecs([MatchSpec.Parse(spec)!]), Page, CancellationToken.None);

    /// <summary>A JSON text that never ends.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'a');
            (Given == 0 ? "{\""u8 : []).CopyTo(buffer.AsSpan(offset));
            Given += count;
            return count;
        }
    }

    private sealed class SlowStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));
    }
}
