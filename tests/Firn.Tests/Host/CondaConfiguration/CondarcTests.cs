using Firn.Common;
using Firn.Host.CondaConfiguration;

namespace Firn.Tests.Host.CondaConfiguration;

/// <summary>Which files conda reads, in which order, and what they may look like (conda base/constants.py SEARCH_PATH).</summary>
public sealed class CondarcTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    /// <summary>The places from the highest priority to the lowest.</summary>
    [Fact]
    public void Joined_takes_every_place_in_the_order_of_conda()
    {
        string[] places =
        [
            "given/my.yml",
            "env/condarc.d/b.yaml", "env/condarc.d/a.yml", "env/condarc", "env/.condarc",
            "home/.condarc",
            "home/.conda/condarc.d/a.yml", "home/.conda/condarc", "home/.conda/.condarc",
            "home/.config/conda/condarc.d/a.yml", "home/.config/conda/condarc", "home/.config/conda/.condarc",
            "xdg/conda/condarc.d/a.yml", "xdg/conda/condarc", "xdg/conda/.condarc",
            "root/condarc.d/a.yml", "root/condarc", "root/.condarc",
            "system/var/lib/conda/condarc.d/a.yml", "system/var/lib/conda/condarc", "system/var/lib/conda/.condarc",
            "system/etc/conda/condarc.d/a.yml", "system/etc/conda/condarc", "system/etc/conda/.condarc",
        ];
        for (var i = 0; i < places.Length; i++)
        {
            _folder.Write(places[i], $"channels:\n  - c{i}\n  - shared\n");
        }

        _folder.Write("home/condarc", "channels: [no]\n");
        _folder.Write("env/condarc.d/a.txt", "channels: [no]\n");
        _folder.Write("env/.mambarc", "channels: [no]\n");
        _variables["CONDARC"] = "~/../given/my.yml";
        _variables["XDG_CONFIG_HOME"] = _folder["xdg"];
        _variables["CONDA_ROOT"] = _folder["root"];
        _variables["CONDA_CHANNELS"] = "first, second,";

        string[] expected = ["first", "second", "c0", "shared", .. Enumerable.Range(1, places.Length - 1).Select(i => $"c{i}")];
        Assert.Equal(expected, Read("env").Joined("channels"));
    }

    [Fact]
    public void Joined_reads_no_file_where_the_search_is_restricted()
    {
        _folder.Write("home/.condarc", "channels: [a]\n");
        _variables["CONDARC"] = _folder["home/.condarc"];
        _variables["CONDA_RESTRICT_RC_SEARCH_PATH"] = "1";
        _variables["CONDA_CHANNELS"] = "b";

        Assert.Equal(["b"], Read(null).Joined("channels").AsEnumerable());
    }

    [Fact]
    public void Joined_reads_a_file_once()
    {
        _folder.Write("home/.conda/condarc", "channels: [a\n");
        _variables["CONDARC"] = _folder["home/.conda/condarc"];
        var problems = new List<Problem>();

        Assert.Empty(Read(null, problems).Joined("channels"));
        Assert.Single(problems);
    }

    [Theory]
    [InlineData("# channels: [a]\n", 0)]
    [InlineData("# 'channels'\n---\n# none\n", 0)]
    [InlineData("- channels\n", 1)]
    [InlineData("channels: [https://user:secret@h.org", 1)]
    public void Joined_tells_a_file_that_is_no_configuration(string text, int expected)
    {
        _folder.Write("home/.condarc", text);
        var problems = new List<Problem>();

        Assert.Empty(Read(null, problems).Joined("channels"));
        Assert.Equal(expected, problems.Count(problem => problem.Code == "condarc-unreadable"));
        Assert.DoesNotContain("secret", string.Concat(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_mamba_count_for_mamba_only()
    {
        _folder.Write("home/.mambarc", "channels: [m]\n");
        _folder.Write("home/.condarc", "channels: [c]\n");
        _variables["MAMBA_CHANNELS"] = "v";

        Assert.Equal(["c"], Read(null).Joined("channels").AsEnumerable());
        Assert.Equal(["v", "c", "m"], Read(null, withMamba: true).Joined("channels").AsEnumerable());
    }

    [Theory]
    [InlineData("envs_dirs:\n- /a\n- /b\nchannels:\n- c\n", "/a|/b")]
    [InlineData("envs_dirs: [/a, '/b c']", "/a|/b c")]
    [InlineData("envs_path:\r\n    -   /a   \r\n# - /no\r\n    - /b\r\n", "/a|/b")]
    [InlineData("envs_dirs: /a", "/a")]
    [InlineData("envs_dirs: [\n  /a, # one\n  /b\n]\n", "/a|/b")]
    [InlineData("envs_path: [/b]\nenvs_dirs: [/a]\n", "/a|/b")]
    [InlineData("x: &x [/a]\nenvs_dirs: *x\n", "/a")]
    [InlineData("xenvs_dirs:\n  - /a\n", "")]
    [InlineData("# envs_dirs: [/a]\n", "")]
    [InlineData("envs_dirs:\n", "")]
    [InlineData("envs_dirs: null\n", "")]
    [InlineData("envs_dirs: [/a\n", "")]
    [InlineData("envs_dirs:\n  - $HOME_X/a\n  - ${X/b\n  - $UNSET-${SET}/$\n", "$HOME_X/a|${X/b|$UNSET-value/$")]
    public void Joined_reads_lists_however_they_are_written(string text, string expected)
    {
        _variables["SET"] = "value";
        _folder.Write("home/.condarc", text);

        Assert.Equal(expected, string.Join('|', Read(null).Joined("envs_dirs", "envs_path")));
    }

    [Theory]
    [InlineData("CONDA_EXE", "base/bin/conda")]
    [InlineData("_CONDA_ROOT", "base/")]
    [InlineData("CONDA_ROOT", "base")]
    [InlineData("MAMBA_ROOT_PREFIX", "base")]
    public void CondaRoots_takes_the_variables(string variable, string value)
    {
        _variables[variable] = _folder[value];

        Assert.Equal([_folder["base"]], CondaRoots.Of(null, Context));
        Assert.Equal([_folder["own"], _folder["base"]], CondaRoots.Of(_folder["own/envs/x/"], Context));
        Assert.Equal([_folder["base"]], CondaRoots.Of(_folder["base/envs/x"], Context));
    }

    private SystemContext Context => new()
    {
        Variables = _variables,
        HomeDirectory = _folder["home"],
        CurrentDirectory = _folder.Path,
        RootDirectory = _folder["system"],
    };

    private Condarc Read(string? prefix, List<Problem>? problems = null, bool withMamba = false) =>
        Condarc.Read(prefix is null ? null : _folder[prefix], CondaRoots.Of(null, Context), Context, problems ?? [], withMamba);
}
