using System.Diagnostics;
using System.Text;
using Firn.Conda.Locks;
using Firn.Python;

namespace Firn.Tests.Conda.Locks;

public sealed class CondaLockReaderTests
{
    private static readonly string Text = File.ReadAllText(Path.Join(AppContext.BaseDirectory, "fixtures", "conda-locks", "conda-lock.yml"));

    [Fact]
    public void Read_takes_a_lock()
    {
        var file = LockSamples.CondaLock(Text, ("MY_TOKEN", "abc"));

        Assert.Empty(file.Problems);
        Assert.Equal(["linux-64", "osx-arm64"], file.Platforms.AsEnumerable());
        Assert.Equal(["conda-forge", "https://example.com/priv"], file.Channels.AsEnumerable());
        Assert.Equal(["dev", "main"], file.Categories.AsEnumerable());
    }

    [Fact]
    public void Packages_takes_the_main_category_of_the_platform()
    {
        var chosen = LockSamples.CondaLock(Text, ("MY_TOKEN", "abc")).Packages("linux-64", CanonicalName.Of);

        Assert.Empty(chosen.Problems);
        Assert.Equal(["ca-certificates", "tool"], chosen.Conda.Select(package => package.Name));
        Assert.Equal(["requests"], chosen.Pip.Select(package => package.Name));
        var tool = chosen.Conda[1];
        // 1.10 stands without quotes: a number would be 1.1.
        Assert.Equal(("1.10", "h1_0", "linux-64"), (tool.Version, tool.Build, tool.Subdir));
        Assert.Equal(["__glibc >=2.17", "ca-certificates"], tool.Depends!.Value.AsEnumerable());
        Assert.Equal("https://example.com/t/abc/priv/linux-64/tool-1.10-h1_0.conda", tool.Url);
        Assert.DoesNotContain("abc", tool.SafeUrl, StringComparison.Ordinal);
        Assert.Equal("2.31.0", chosen.Pip[0].Version);
    }

    [Fact]
    public void Packages_joins_categories_and_takes_a_package_of_two_once()
    {
        var chosen = LockSamples.CondaLock(Text, ("MY_TOKEN", "abc")).Packages("linux-64", CanonicalName.Of, ["main", "dev"]);

        Assert.Empty(chosen.Problems);
        Assert.Equal(["ca-certificates", "tool", "pytest"], chosen.Conda.Select(package => package.Name));
    }

    [Fact]
    public void Packages_lists_what_there_is_in_place_of_the_unknown()
    {
        var file = LockSamples.CondaLock(Text, ("MY_TOKEN", "abc"));

        Assert.Contains("linux-64, osx-arm64", Assert.Single(file.Packages("win-64", CanonicalName.Of).Problems).Message, StringComparison.Ordinal);
        Assert.Contains("dev, main", Assert.Single(file.Packages("linux-64", CanonicalName.Of, ["docs"]).Problems).Message, StringComparison.Ordinal);
    }

    /// <summary>conda-lock 2 and 3 write the commit as sha256 (tests/test-v2-to-v3-upgrade of conda-lock).</summary>
    [Fact]
    public void A_repository_has_its_commit_where_others_have_a_digest()
    {
        const string Commit = "3f07f990ac74f1e1691ba17ef8c14007f05846ab";
        var file = LockSamples.CondaLock(
            Text.Replace(
                "https://files.pythonhosted.org/packages/70/8e/requests-2.31.0-py3-none-any.whl", $"git+https://github.com/requests/requests.git@{Commit}", StringComparison.Ordinal)
                .Replace("58cd2187c01e70e6e26505bca751777aa9f2ee0b7f4300988b709f44e013003f", Commit, StringComparison.Ordinal),
            ("MY_TOKEN", "abc"));

        var chosen = file.Packages("linux-64", CanonicalName.Of);

        Assert.Empty(file.Problems);
        Assert.Empty(chosen.Problems);
        Assert.Null(Assert.Single(chosen.Pip).Sha256);
        Assert.EndsWith(Commit, chosen.Pip[0].Url, StringComparison.Ordinal);
    }

    [Fact]
    public void Packages_refuses_two_packages_of_one_name()
    {
        var file = LockSamples.CondaLock(Text.Replace("name: tool", "name: ca-certificates", StringComparison.Ordinal)
            .Replace("priv/linux-64/tool-", "priv/linux-64/ca-certificates-", StringComparison.Ordinal), ("MY_TOKEN", "abc"));

        Assert.Empty(file.Problems);
        Assert.Contains("twice", Assert.Single(file.Packages("linux-64", CanonicalName.Of).Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: tool", "name: other")]
    [InlineData("version: 1.10", "version: 1.11")]
    [InlineData("build: h1_0", "build: h2_0")]
    [InlineData("manager: pip", "manager: npm")]
    [InlineData("tool-1.10-h1_0.conda", "tool-1.10-..%2f.conda")]
    [InlineData("https://example.com/t", "ftp://example.com/t")]
    [InlineData("name: tool", "name: [tool]")]
    [InlineData("version: '1'", "version: 9")]
    [InlineData("package:", "packages:")]
    public void Read_tells_what_is_wrong(string from, string to)
    {
        Assert.Contains(from, Text, StringComparison.Ordinal);
        Assert.Single(LockSamples.CondaLock(Text.Replace(from, to, StringComparison.Ordinal), ("MY_TOKEN", "abc")).Problems);
    }

    [Fact]
    public void Read_tells_of_a_variable_that_is_not_set() =>
        Assert.Contains("MY_TOKEN", Assert.Single(LockSamples.CondaLock(Text).Problems).Message, StringComparison.Ordinal);

    /// <summary>conda-lock before 1.1 listed __osx with a URL that never was.</summary>
    [Fact]
    public void Read_passes_over_virtual_packages()
    {
        var file = LockSamples.CondaLock(Text.Replace("name: tool", "name: __osx", StringComparison.Ordinal), ("MY_TOKEN", "abc"));

        Assert.Empty(file.Problems);
        Assert.Single(file.Warnings, warning => warning.Code == "lock-virtual-package");
        Assert.DoesNotContain(file.Packages("linux-64", CanonicalName.Of).Conda, package => package.FileName.StartsWith("tool", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a")]
    [InlineData("{")]
    [InlineData("version: 1\nversion: 1\npackage: []")]
    [InlineData("package: !!python/object:os.system []")]
    [InlineData("package: {a: b}")]
    [InlineData("package: [[[[]]]]")]
    public void Read_of_no_lock_is_a_problem(string text) => Assert.NotEmpty(LockSamples.CondaLock(text).Problems);

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    [InlineData('-')]
    public void Read_of_deep_nesting_ends(char open) =>
        Assert.NotEmpty(LockSamples.CondaLock("package: " + new string(open, 100_000)).Problems);

    [Fact]
    public void Read_of_five_megabytes_ends_soon()
    {
        var text = new StringBuilder("version: 1\nmetadata:\n  platforms: [linux-64]\npackage:\n");
        for (var i = 0; text.Length < 5_000_000; i++)
        {
            text.Append($"""
                - name: p{i}
                  version: 1.{i}
                  manager: conda
                  platform: linux-64
                  dependencies:
                    __glibc: '>=2.17,<3.0.a0'
                    libgcc: '>=13'
                    python: '>=3.12,<3.13.0a0'
                  url: https://conda.anaconda.org/conda-forge/linux-64/p{i}-1.{i}-h1_0.conda
                  hash:
                    md5: {LockSamples.Md5}
                    sha256: {LockSamples.Sha256}
                  category: main
                  optional: false

                """);
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var watch = Stopwatch.StartNew();
        var file = CondaLockReader.Read(bytes, "conda-lock.yml", LockSamples.SystemContext());

        Assert.Empty(file.Problems);
        // A fraction of a second of one processor, of which a machine that is shared may give little.
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"{watch.Elapsed}");
    }
}
