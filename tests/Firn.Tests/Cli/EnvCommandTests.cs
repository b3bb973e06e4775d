namespace Firn.Tests.Cli;

/// <summary><c>firn env</c>: the variables of a run, for a shell.</summary>
public sealed class EnvCommandTests : IDisposable
{
    private readonly CommandMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Variables_of_the_project_are_printed()
    {
        var prefix = Project();
        _machine.Variables["PATH"] = "/usr/bin";

        var run = _machine.Run("env").AssertDone();

        Assert.Contains($"export PATH='{prefix}/bin:/usr/bin'\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"export VIRTUAL_ENV='{prefix}'\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"export PYTHONPATH='{_machine.Current}/src'\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("export OMP_NUM_THREADS='2'\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("export TEXT='it'\\''s $HOME'\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("unset GONE\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("FIRN_RUN_DIRECTORY", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Analysis_has_its_own()
    {
        Project();

        var run = _machine.Run("env", "a/train").AssertDone();

        Assert.Contains("export OMP_NUM_THREADS='4'\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"export FIRN_RUN_DIRECTORY='{_machine.Current}/.firn/analyses/a/train'\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_thread_variable_stays_and_is_told()
    {
        Project();
        _machine.Variables["OMP_NUM_THREADS"] = "8";

        var run = _machine.Run("env");

        Assert.Equal("note: OMP_NUM_THREADS=8 is set already and stays; --threads comes before it\n", run.Error);
        Assert.DoesNotContain("export OMP_NUM_THREADS", run.Output, StringComparison.Ordinal);
        Assert.Contains("export OMP_NUM_THREADS='1'\n", _machine.Run("env", "--threads", "1").AssertDone().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_project_the_active_environment_counts()
    {
        _machine.Variables["VIRTUAL_ENV"] = _machine.Virtual("active");

        var run = _machine.Run("env", "--threads", "3").AssertDone();

        Assert.Contains("export MKL_NUM_THREADS='3'\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Project_of_another_folder_is_named()
    {
        Project();
        var folder = _machine.Current;
        var elsewhere = _machine.SystemContext with { CurrentDirectory = _machine.At("home") };

        var run = CommandRun.Of(elsewhere, "env", "--project", folder).AssertDone();

        Assert.Contains($"export PYTHONPATH='{folder}/src'\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--shell", "fish", "set -gx TEXT 'it\\'s $HOME'\n", "set -e GONE\n")]
    [InlineData("--shell", "powershell", "$env:TEXT = 'it''s $HOME'\n", "Remove-Item Env:GONE -ErrorAction SilentlyContinue\n")]
    [InlineData("--format", "github", "\nTEXT=it's $HOME\n", "LINES<<FIRN\na\nb\nFIRN\n")]
    public void Other_shells_have_their_own_words(string option, string value, string set, string other)
    {
        Project();

        var run = _machine.Run("env", option, value).AssertDone();

        Assert.Contains(set, run.Output, StringComparison.Ordinal);
        Assert.Contains(other, run.Output, StringComparison.Ordinal);
    }

    /// <summary>The truth about quotes is the shell's.</summary>
    [SkippableFact]
    public void Shell_sets_what_was_meant()
    {
        Project();
        var script = Path.Join(_machine.Current, "vars.sh");
        File.WriteAllText(script, _machine.Run("env").AssertDone().Output + "printf '%s|%s|%s' \"$TEXT\" \"$LINES\" \"${GONE-unset}\"\n");

        Assert.Equal("it's $HOME|a\nb|unset", Part.Run("sh", script));
    }

    [Theory]
    [InlineData("env --threads 0", "--threads is '0'")]
    [InlineData("env --threads many", "many")]
    [InlineData("env --shell csh", "csh")]
    [InlineData("env --format gitlab", "gitlab")]
    [InlineData("env --format github --shell sh", "do not go together")]
    [InlineData("env a/trian", "no analysis a/trian")]
    [InlineData("env train", "'train' is not an analysis")]
    [InlineData("env a/train@1", "names a run")]
    [InlineData("env --nothing", "--nothing")]
    public void Wrong_command_line_is_refused(string line, string named)
    {
        Project();

        _machine.Run(line.Split(' ')).AssertUsage(named);
    }

    [Fact]
    public void Failures_name_what_is_missing()
    {
        _machine.Run("env", "a/b").AssertFailed("there is no firn.yaml");
        File.WriteAllText(Path.Join(_machine.Current, "firn.yaml"), "environment: {prefix: gone}\n");
        _machine.Run("env").AssertFailed(Path.Join(_machine.Current, "gone"));
        File.WriteAllText(Path.Join(_machine.Current, "firn.yaml"), "environment: {capture: a/b@1}\n");
        _machine.Run("env").AssertFailed("a/b@1");
        File.WriteAllText(Path.Join(_machine.Current, "firn.yaml"), "nmae: x\n");
        _machine.Run("env").AssertFailed("firn.yaml:1:1: firn.yaml has no key 'nmae'");
    }

    private string Project()
    {
        File.WriteAllText(Path.Join(_machine.Current, "firn.yaml"), """
            environment: .venv
            pythonpath: src
            threads: 2
            variables: {TEXT: "it's $HOME", LINES: "a\nb", GONE: null}
            analyses: {a/train: {command: python train.py, threads: 4}}
            """);
        return _machine.Virtual("home/work/project/.venv");
    }
}
