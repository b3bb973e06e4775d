using System.Collections.Immutable;
using Firn.Common;
using Firn.Projects;
using Firn.Python;
using Firn.Runs.Preparing;

namespace Firn.Tests.Runs.Preparing;

public sealed class RunVariablesTests
{
    private readonly Dictionary<string, string> _user = new(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" };

    [Fact]
    public void Virtual_environment_is_active()
    {
        _user["CONDA_PREFIX"] = "/opt/conda";
        _user["PYTHONHOME"] = "/elsewhere";

        var variables = For("");

        Assert.Equal("/home/me/p/.venv/bin:/usr/bin:/bin", variables["PATH"]);
        Assert.Equal("/home/me/p/.venv", variables["VIRTUAL_ENV"]);
        Assert.Null(variables["CONDA_PREFIX"]);
        Assert.Null(variables["PYTHONHOME"]);
        Assert.False(variables.ContainsKey("CONDA_DEFAULT_ENV"));
        Assert.False(variables.ContainsKey("PYTHONPATH"));
        Assert.Equal("/home/me/p/.firn/analyses/a%20b/train", variables["FIRN_RUN_DIRECTORY"]);
    }

    [Fact]
    public void Conda_environment_is_active()
    {
        _user["VIRTUAL_ENV"] = "/other";
        var conda = Environment("/opt/conda/envs/lab") with { IsVirtualEnvironment = false, CondaName = "lab" };

        var variables = For("", conda);

        Assert.Equal("/opt/conda/envs/lab/bin:/usr/bin:/bin", variables["PATH"]);
        Assert.Equal("/opt/conda/envs/lab", variables["CONDA_PREFIX"]);
        Assert.Equal("lab", variables["CONDA_DEFAULT_ENV"]);
        Assert.Null(variables["VIRTUAL_ENV"]);
    }

    /// <summary>conda/activate.py: those of packages first, then the environment's own; firn.yaml's word is later.</summary>
    [Theory]
    [InlineData("", "7", "1")]
    [InlineData("variables: {SEED: 8, OMP_NUM_THREADS: null}\n", "8", null)]
    [InlineData("threads: 2\n", "7", "2")]
    public void Conda_environment_sets_its_own_variables(string yaml, string seed, string? threads)
    {
        using var prefix = new TemporaryFolder();
        prefix.Write("etc/conda/env_vars.d/b.json", """{"SEED": "5", "DATA": "/data"}""");
        prefix.Write("etc/conda/env_vars.d/a.json", """{"SEED": "4", "GONE": "***unset***"}""");
        prefix.Write("etc/conda/env_vars.d/c.json", "damaged");
        prefix.Write("conda-meta/state", """{"version": 1, "env_vars": {"SEED": "7", "OMP_NUM_THREADS": 1, "PATH": "/evil", "CONDA_PREFIX": "/evil"}}""");
        var conda = Environment(prefix.Path) with { IsVirtualEnvironment = false, CondaName = "lab" };

        var variables = For(yaml, conda);

        Assert.Equal((seed, threads), (variables["SEED"], variables["OMP_NUM_THREADS"]));
        Assert.Equal("/data", variables["DATA"]);
        Assert.False(variables.ContainsKey("GONE"));
        Assert.Equal((prefix.Path + "/bin:/usr/bin:/bin", prefix.Path), (variables["PATH"], variables["CONDA_PREFIX"]));
        // A virtual environment is not an environment of conda, whatever lies there.
        Assert.False(For(yaml, Environment(prefix.Path)).ContainsKey("DATA"));
    }

    [Fact]
    public void Path_is_left_where_the_environment_is_first()
    {
        _user["PATH"] = "/home/me/p/.venv/bin:/usr/bin";

        Assert.Equal("/home/me/p/.venv/bin:/usr/bin", For("")["PATH"]);
    }

    [Fact]
    public void Pythonpath_is_absolute_and_replaces_the_users()
    {
        _user["PYTHONPATH"] = "/stale";

        Assert.Equal("/home/me/p:/home/me/p/lib:/abs:/home/me/x", For("pythonpath: [., lib/, /abs, ~/x]")["PYTHONPATH"]);
    }

    [Fact]
    public void Variables_are_set_and_unset()
    {
        var variables = For("variables: {PYTHONHASHSEED: 0, HTTP_PROXY: null}");

        Assert.Equal("0", variables["PYTHONHASHSEED"]);
        Assert.True(variables.ContainsKey("HTTP_PROXY"));
        Assert.Null(variables["HTTP_PROXY"]);
    }

    [Fact]
    public void Threads_set_all_but_what_is_set_explicitly()
    {
        _user["OMP_NUM_THREADS"] = "4";
        _user["MKL_NUM_THREADS"] = "2";
        _user["XLA_FLAGS"] = "--xla_dump_to=/x";

        var variables = For("threads: 2\nvariables: {OPENBLAS_NUM_THREADS: 1, POLARS_MAX_THREADS: null}");

        Assert.False(variables.ContainsKey("OMP_NUM_THREADS"));
        Assert.Equal("1", variables["OPENBLAS_NUM_THREADS"]);
        Assert.Null(variables["POLARS_MAX_THREADS"]);
        Assert.Equal("2", variables["BLIS_NUM_THREADS"]);
        Assert.Equal(
            "--xla_cpu_multi_thread_eigen=true --xla_dump_to=/x", variables["XLA_FLAGS"]);
        Assert.Equal<string>(["OMP_NUM_THREADS=4"], RunVariables.KeptThreads(Analysis("threads: 2"), SystemContext()));
        Assert.Empty(RunVariables.KeptThreads(Analysis(""), SystemContext()));
    }

    [Fact]
    public void Threads_of_the_command_line_win()
    {
        _user["OMP_NUM_THREADS"] = "4";

        var variables = For("threads: 2\nvariables: {OPENBLAS_NUM_THREADS: 1, A: b}", threads: 8);

        Assert.Equal("8", variables["OMP_NUM_THREADS"]);
        Assert.Equal("8", variables["OPENBLAS_NUM_THREADS"]);
        Assert.Equal("b", variables["A"]);
    }

    [Fact]
    public void No_threads_set_no_thread_variable() =>
        Assert.Empty(For("").Keys.Intersect(ThreadVariables.Names));

    private ImmutableSortedDictionary<string, string?> For(
        string text, PythonEnvironment? environment = null, int? threads = null) =>
        RunVariables.For(
            Analysis(text), Project(text), environment ?? Environment("/home/me/p/.venv"), SystemContext(), threads);

    private static Project Project(string text) => ProjectReader.ReadText(
        $"{text}\nanalyses: {{a b/train: {{command: python train.py}}}}\n", "/home/me/p", ProjectPlatform.Linux);

    private static AnalysisDefinition Analysis(string text) => Project(text).Analyses[0];

    private SystemContext SystemContext() => new()
    {
        Variables = _user,
        HomeDirectory = "/home/me",
        CurrentDirectory = "/home/me/p/src",
    };

    private static PythonEnvironment Environment(string prefix) => new()
    {
        Prefix = prefix,
        BasePrefix = "/usr",
        Executable = $"{prefix}/bin/python3",
        PythonVersion = "3.11.7",
        Major = 3,
        Minor = 11,
        IsVirtualEnvironment = true,
        SitePackages = $"{prefix}/lib/python3.11/site-packages",
        SearchPath = [],
        Layers = [],
    };
}
