using Firn.Conda.Locks;

namespace Firn.Tests.Conda.Locks;

public sealed class ExplicitFileReaderTests
{
    private const string Forge = "https://conda.anaconda.org/conda-forge";

    /// <summary>The example of CEP 23, shortened.</summary>
    private const string Example = $"""
        # This line is a comment. The one below only consists of whitespace and will also be ignored.
           
        # platform: osx-arm64
        @EXPLICIT
        {Forge}/osx-arm64/bzip2-1.0.8-h93a5062_5.conda#{LockSamples.Md5}
        {Forge}/osx-arm64/libffi-3.4.2-h3422bc3_5.tar.bz2#086914b672be056eb70fd4285b6783b6
        {Forge}/noarch/tzdata-2024a-h0c530f3_0.conda#7b2b69c54ec62a243eb6fba2391b5e443421608c3ae5dbff938ad33ca8db5122
        {Forge}/noarch/setuptools-69.5.1-pyhd8ed1ab_0.conda#sha256:{LockSamples.Sha256}
        # Note how hashes are optional
        {Forge}/noarch/wheel-0.43.0-pyhd8ed1ab_1.conda
        """;

    [Fact]
    public void Read_takes_the_example_of_CEP_23()
    {
        var file = LockSamples.Explicit(Example);

        Assert.True(file.IsExplicit);
        Assert.Equal("osx-arm64", file.Platform);
        Assert.Empty(file.Problems);
        Assert.Equal(["bzip2", "libffi", "tzdata", "setuptools", "wheel"], file.Packages.Select(package => package.Name));
        var first = file.Packages[0];
        Assert.Equal(("1.0.8", "h93a5062_5", "osx-arm64", Forge), (first.Version, first.Build, first.Subdir, first.Channel));
        Assert.Equal((LockSamples.Md5, null, "x.txt:5"), (first.Md5, first.Sha256, first.Origin));
        Assert.Equal(LockSamples.Sha256, file.Packages[3].Sha256);
        Assert.Equal("x.txt:10", Assert.Single(file.Warnings, warning => warning.Code == "lock-hash-missing").Path);
    }

    [Fact]
    public void Read_takes_the_mark_on_any_line()
    {
        var file = LockSamples.Explicit($"{Forge}/noarch/a-1-0.conda\r\n  @EXPLICIT  \r\n");

        Assert.True(file.IsExplicit);
        Assert.Single(file.Packages);
    }

    [Theory]
    [InlineData("./ch/linux-64/a-1-0.conda", "file:///work/here/ch/linux-64/a-1-0.conda")]
    [InlineData("a-1-0.conda", "file:///work/here/a-1-0.conda")]
    [InlineData("/abs/a-1-0.tar.bz2", "file:///abs/a-1-0.tar.bz2")]
    [InlineData("~/ch/a-1-0.conda", "file:///home/user/ch/a-1-0.conda")]
    [InlineData("$PLACE/a-1-0.conda", "file:///data/my%20packages/a-1-0.conda")]
    [InlineData("file:///abs/../x/a-1-0.conda", "file:///abs/../x/a-1-0.conda")]
    [InlineData("file:///a%20b/a-1-0.conda", "file:///a%20b/a-1-0.conda")]
    public void Read_makes_URLs_of_paths(string line, string url)
    {
        var file = LockSamples.Explicit($"@EXPLICIT\n{line}\n", ("PLACE", "/data/my packages"));

        Assert.Empty(file.Problems);
        Assert.Equal(url, Assert.Single(file.Packages).Url);
    }

    [Fact]
    public void Read_keeps_credentials_for_the_download_only()
    {
        var file = LockSamples.Explicit(
            """
            @EXPLICIT
            https://user:secret@example.com/ch/linux-64/a-1-0.conda
            https://conda.anaconda.org/t/SECRET-1/priv/linux-64/b-1-0.conda
            https://${LOGIN}@example.com/${PART}/linux-64/c-1-0.conda
            """,
            ("LOGIN", "me:secret"), ("PART", "secret"));

        Assert.Empty(file.Problems);
        Assert.Equal("https://user:secret@example.com/ch/linux-64/a-1-0.conda", file.Packages[0].Url);
        Assert.Equal("https://example.com/ch/linux-64/a-1-0.conda", file.Packages[0].SafeUrl);
        Assert.Equal("https://conda.anaconda.org/priv/linux-64/b-1-0.conda", file.Packages[1].SafeUrl);
        Assert.Equal("https://me:secret@example.com/secret/linux-64/c-1-0.conda", file.Packages[2].Url);
        Assert.Equal("https://example.com/${PART}/linux-64/c-1-0.conda", file.Packages[2].SafeUrl);
        Assert.Contains(file.Warnings, warning => warning.Message.Contains("LOGIN, PART", StringComparison.Ordinal));
        Assert.DoesNotContain("ecret", string.Concat(file.Packages.Select(package => $"{package} {package.Channel} {package.Origin}"))
            .Replace("SECRET-1", "ecret", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com/linux-64/a-1-0.conda#12")]
    [InlineData("https://example.com/linux-64/a-1-0.conda#sha256:zz")]
    [InlineData("https://example.com/linux-64/a-1-0.zip")]
    [InlineData("https://example.com/linux-64/a.conda")]
    [InlineData("https://example.com/linux-64/%2e%2e%2fa-1-0.conda")]
    [InlineData("https://example.com/linux-64/a-1-0%00.conda")]
    [InlineData("https:///linux-64/a-1-0.conda")]
    [InlineData("ftp://example.com/linux-64/a-1-0.conda")]
    [InlineData("s3://bucket/linux-64/a-1-0.conda")]
    [InlineData("javascript://x/a-1-0.conda")]
    [InlineData("file://host/x/a-1-0.conda")]
    [InlineData("~other/a-1-0.conda")]
    [InlineData("https://${NOT_SET}/linux-64/a-1-0.conda")]
    [InlineData("https://example.com/a b/a-1-0.conda")]
    [InlineData("numpy=1.26.4")]
    public void Read_tells_of_lines_that_are_no_archive(string line)
    {
        var file = LockSamples.Explicit($"@EXPLICIT\n{line}\nhttps://example.com/noarch/b-1-0.conda\n");

        Assert.Equal("b", Assert.Single(file.Packages).Name);
        Assert.Equal("x.txt:2", Assert.Single(file.Problems).Path);
    }

    [Fact]
    public void Read_refuses_two_packages_of_one_name_but_not_a_line_twice()
    {
        var file = LockSamples.Explicit(
            "@EXPLICIT\nhttps://e.com/noarch/a-1-0.conda\nhttps://e.com/noarch/a-1-0.conda\nhttps://e.com/noarch/a-2-0.conda\n");

        Assert.Single(file.Packages);
        Assert.Contains("x.txt:2", Assert.Single(file.Problems).Message, StringComparison.Ordinal);
    }

    /// <summary>conda_lock.py format_pip_requirement.</summary>
    [Fact]
    public void Read_takes_the_lines_of_pip_that_conda_lock_writes()
    {
        var file = LockSamples.Explicit($"""
            @EXPLICIT
            # pip requests @ https://files.pythonhosted.org/packages/ab/requests-2.31.0-py3-none-any.whl#sha256={LockSamples.Sha256}
            # pip tool @ git+https://me:secret@example.com/tool.git@v1
            # pip six == 1.16.0 --hash=sha256:{LockSamples.Sha256}
            # pip broken
            # pipes are not pip
            """);

        Assert.Equal(["requests", "tool", "six"], file.PipLines.Select(line => line.Name));
        Assert.Equal(LockSamples.Sha256, file.PipLines[0].Sha256);
        Assert.Equal("https://files.pythonhosted.org/packages/ab/requests-2.31.0-py3-none-any.whl", file.PipLines[0].Url);
        Assert.Equal("git+https://example.com/tool.git@v1", file.PipLines[1].SafeUrl);
        Assert.Equal(("1.16.0", LockSamples.Sha256), (file.PipLines[2].Version, file.PipLines[2].Sha256));
        Assert.Equal("x.txt:5", Assert.Single(file.Problems).Path);
    }

    [Fact]
    public void Read_takes_specs_where_the_mark_is_missing()
    {
        var file = LockSamples.Explicit("# platform: linux-64\nscipy=1.13.1=py312_0\nsetuptools>=69\nsix=1.16.0=pypi_0\n");

        Assert.False(file.IsExplicit);
        Assert.Equal([true, false], file.Specs.Select(spec => spec.IsExact));
        Assert.Equal(("six", "1.16.0"), (file.PipLines[0].Name, file.PipLines[0].Version));
    }

    [Fact]
    public void Read_tells_of_a_file_that_is_missing() =>
        Assert.Single(ExplicitFileReader.Read("/nowhere/x.txt", LockSamples.SystemContext()).Problems);

    [Fact]
    public void Read_of_many_bad_lines_tells_of_some() =>
        Assert.Equal(100, LockSamples.Explicit("@EXPLICIT\n" + string.Join('\n', Enumerable.Repeat("#pip\nx", 5000))).Problems.Length);
}
