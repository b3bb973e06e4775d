using Firn.Common;
using Firn.Conda.Configuration;
using Firn.Tests.Conda.Locks;

namespace Firn.Tests.Conda.Configuration;

public sealed class ChannelUrlsTests
{
    private const string Condarc = """
        channel_alias: https://mirror.example.com/conda/
        channels: [conda-forge, defaults]
        default_channels:
          - https://mirror.example.com/main
          - https://mirror.example.com/t/${SECRET_TOKEN}/r
        custom_channels:
          lab: https://user:secret@lab.example.com/conda
          lab/nightly: file:///srv/nightly
        custom_multichannels:
          all: [conda-forge, lab]
        mirrored_channels:
          bioconda: [https://one.example.com/bioconda, https://two.example.com/bioconda]
        """;

    /// <summary>conda tests/models/test_channel.py, for the default configuration.</summary>
    [Theory]
    [InlineData("conda-forge", "linux-64", "https://conda.anaconda.org/conda-forge")]
    [InlineData("conda-forge/label/dev", "linux-64", "https://conda.anaconda.org/conda-forge/label/dev")]
    [InlineData("conda-forge/linux-64", "linux-64", "https://conda.anaconda.org/conda-forge")]
    [InlineData("defaults", "linux-64", "https://repo.anaconda.com/pkgs/main https://repo.anaconda.com/pkgs/r")]
    [InlineData("defaults", "win-64", "https://repo.anaconda.com/pkgs/main https://repo.anaconda.com/pkgs/r https://repo.anaconda.com/pkgs/msys2")]
    [InlineData("pkgs/main", "linux-64", "https://repo.anaconda.com/pkgs/main")]
    [InlineData("pkgs/pro", "linux-64", "https://repo.anaconda.com/pkgs/pro")]
    [InlineData("https://example.com/a/b/", "linux-64", "https://example.com/a/b")]
    [InlineData("https://user:pw@example.com/t/TOK-1/a", "linux-64", "https://user:pw@example.com/t/TOK-1/a")]
    [InlineData("file:///srv/ch", "linux-64", "file:///srv/ch")]
    [InlineData("/srv/my ch", "linux-64", "file:///srv/my%20ch")]
    [InlineData("./ch", "linux-64", "file:///work/here/ch")]
    [InlineData("~/ch", "linux-64", "file:///home/user/ch")]
    [InlineData("*", "linux-64", "")]
    public void Of_finds_channels_as_conda_does(string channel, string platform, string expected)
    {
        var problems = new List<Problem>();
        var found = new ChannelUrls(new ChannelSettings(), LockSamples.SystemContext()).Of(channel, platform, problems);

        Assert.Empty(problems);
        Assert.Equal(expected, string.Join(' ', found.Select(address => address.Url)));
        Assert.All(found, address => Assert.DoesNotContain("pw", address.ToString(), StringComparison.Ordinal));
        Assert.All(found, address => Assert.DoesNotContain("TOK-1", address.ToString() + address.Name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ftp://example.com/a")]
    [InlineData("https:///a")]
    [InlineData("file://host/a")]
    public void Of_tells_of_what_is_no_channel(string channel)
    {
        var problems = new List<Problem>();

        Assert.Empty(new ChannelUrls(new ChannelSettings(), LockSamples.SystemContext()).Of(channel, "linux-64", problems));
        Assert.Single(problems);
    }

    [Theory]
    [InlineData("conda-forge", "https://mirror.example.com/conda/conda-forge")]
    [InlineData("defaults", "https://mirror.example.com/main https://mirror.example.com/t/tok/r")]
    [InlineData("lab", "https://user:secret@lab.example.com/conda/lab")]
    [InlineData("lab/label/x", "https://user:secret@lab.example.com/conda/lab/label/x")]
    [InlineData("lab/nightly", "file:///srv/nightly/lab/nightly")]
    [InlineData("all", "https://mirror.example.com/conda/conda-forge https://user:secret@lab.example.com/conda/lab")]
    [InlineData("bioconda", "https://one.example.com/bioconda")]
    public void Of_follows_the_configuration(string channel, string expected)
    {
        using var folder = new TemporaryFolder();
        var systemContext = Home(folder, ("SECRET_TOKEN", "tok"));
        var problems = new List<Problem>();
        var settings = ChannelSettingsReader.Read(null, systemContext, problems);
        var found = new ChannelUrls(settings, systemContext).Of(channel, "linux-64", problems);

        Assert.Empty(problems);
        Assert.Equal(expected, string.Join(' ', found.Select(address => address.Url)));
        Assert.Equal(channel == "bioconda" ? 1 : 0, found[0].Mirrors.Length);
        Assert.Equal(["conda-forge", "defaults"], settings.Channels.AsEnumerable());
    }

    [Theory]
    [InlineData("CONDA_CHANNEL_ALIAS", "https://conda.example.com/x")]
    [InlineData("MAMBA_CHANNEL_ALIAS", "https://conda.example.com/x")]
    public void Of_takes_variables_before_files(string name, string expected)
    {
        using var folder = new TemporaryFolder();
        var systemContext = Home(folder, (name, "https://conda.example.com/"));
        var settings = ChannelSettingsReader.Read(null, systemContext, []);

        Assert.Equal(expected, new ChannelUrls(settings, systemContext).Of("x", "linux-64", [])[0].Url);
    }

    [Fact]
    public void Read_joins_the_lists_of_files_and_takes_single_values_of_the_first()
    {
        using var folder = new TemporaryFolder();
        folder.Write("env/.condarc", "channels: [mine, conda-forge]\nchannel_alias: https://env.example.com\n");
        var settings = ChannelSettingsReader.Read(folder["env"], Home(folder), []);

        Assert.Equal(["mine", "conda-forge", "defaults"], settings.Channels.AsEnumerable());
        Assert.Equal("https://env.example.com", settings.Alias);
    }

    [Fact]
    public void Read_of_a_broken_file_tells_its_path_and_none_of_its_words()
    {
        using var folder = new TemporaryFolder();
        folder.Write(".condarc", "channels: [https://user:secret@example.com\n");
        var problems = new List<Problem>();

        ChannelSettingsReader.Read(null, SystemContext(folder), problems);

        Assert.DoesNotContain("secret", Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void IsSame_knows_names_and_URLs()
    {
        var urls = new ChannelUrls(new ChannelSettings(), LockSamples.SystemContext());
        var forge = urls.Of("conda-forge", "linux-64", [])[0];

        Assert.True(urls.IsSame("https://conda.anaconda.org/conda-forge", forge, "linux-64"));
        Assert.True(urls.IsSame("conda-forge", forge, "linux-64"));
        Assert.True(urls.IsSame("defaults", urls.Of("pkgs/r", "linux-64", [])[0], "linux-64"));
        Assert.False(urls.IsSame("bioconda", forge, "linux-64"));
    }

    private static SystemContext Home(TemporaryFolder folder, params (string, string)[] variables)
    {
        folder.Write(".condarc", Condarc);
        return SystemContext(folder, variables);
    }

    private static SystemContext SystemContext(TemporaryFolder folder, params (string, string)[] variables) =>
        LockSamples.SystemContext(variables) with { HomeDirectory = folder.Path, RootDirectory = folder["root"] };
}
