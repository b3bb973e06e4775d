using Firn.Cli;
using Firn.Cli.Output;
using Firn.Common;

namespace Firn.Tests.Cli;

/// <summary>The command line itself: what is wrong about it, help, version, completion.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly CommandMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("capure", "capure")]
    [InlineData("--nothing", "--nothing")]
    [InlineData("capture --nothing", "--nothing")]
    [InlineData("capture -o", "-o")]
    [InlineData("capture env more", "more")]
    [InlineData("export env", "--format")]
    [InlineData("export env --format yaml", "yaml")]
    [InlineData("export env --format pip --nothing", "--nothing")]
    [InlineData("diff env", "B")]
    [InlineData("diff env env more", "more")]
    [InlineData("diff env --nothing", "--nothing")]
    [InlineData("doctor --nothing", "--nothing")]
    [InlineData("doctor env more", "more")]
    [InlineData("completion", "SHELL")]
    [InlineData("completion tcsh", "tcsh")]
    public void Wrong_command_line_is_one_error_and_one_hint(string line, string named)
    {
        _machine.Virtual("home/work/project/env");

        _machine.Run(line.Split(' ')).AssertUsage(named);
    }

    [Theory]
    [InlineData("image run train", "firn image run -- train")]
    [InlineData("image dev python train.py --lr 1", "firn image dev -- python train.py --lr 1")]
    public void A_command_for_a_container_is_shown_behind_its_separator(string line, string shown)
    {
        var run = _machine.Run(line.Split(' '));

        run.AssertUsage(line.Split(' ')[2]);
        Assert.Equal($"hint: a command goes after `--`: {shown}", run.Messages[1]);
    }

    [Theory]
    [InlineData("--format explicit --md5 --sha256", "--md5 and --sha256")]
    [InlineData("--format conda --md5", "--format explicit")]
    [InlineData("--format pip --sha256", "--format explicit")]
    [InlineData("--format conda --no-builds", "--no-builds")]
    [InlineData("--format pip --as-conda 24.9.0", "--as-conda")]
    [InlineData("--format json --as-conda 24.9.0", "--as-conda")]
    [InlineData("--format requirements --all", "--format pip")]
    [InlineData("--format json --exclude other", "--format pip")]
    [InlineData("--format conda --as-pip 24.0", "--format pip")]
    [InlineData("--format pip --path . --local", "--path")]
    [InlineData("--format pip --path . --user", "--path")]
    [InlineData("--format pip --as-pip newest", "newest")]
    [InlineData("--format pip --python-version three", "three")]
    [InlineData("--format pip -n lab", "lab")]
    public void Options_that_do_not_go_together_are_refused(string options, string named)
    {
        _machine.Virtual("home/work/project/env");

        _machine.Run(["export", "env", .. options.Split(' ')]).AssertUsage(named);
    }

    [Theory]
    [InlineData("capture", "-o")]
    [InlineData("export", "--path")]
    public void Empty_path_is_refused(string command, string option)
    {
        string[] format = command == "export" ? ["-f", "pip"] : [];

        _machine.Run([command, .. format, option, ""]).AssertUsage("is empty");
    }

    [Fact]
    public void Empty_environment_is_refused() =>
        _machine.Run("capture", "").AssertUsage("empty");

    [Theory]
    [InlineData("store", "export", "--asimov", "--help")]
    [InlineData("capture", "-o", "--json")]
    public void An_option_is_no_value_of_another(params string[] arguments) =>
        _machine.Run(arguments).AssertUsage("has no value before --");

    [Fact]
    public void Argument_that_is_no_utf8_is_refused() =>
        _machine.Run("capture", "env\ufffd").AssertUsage("not UTF-8");

    [Theory]
    [InlineData("capture", "missing")]
    [InlineData("export", "missing", "-f", "pip")]
    [InlineData("export", "missing", "-f", "conda")]
    [InlineData("export", "missing", "-f", "json")]
    [InlineData("export", "missing.json", "-f", "json")]
    [InlineData("diff", "env", "missing")]
    public void Missing_environment_fails(params string[] line)
    {
        _machine.Virtual("home/work/project/env");

        var run = _machine.Run(line);

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        run.AssertFailed("missing");
    }

    [Theory]
    [InlineData("--help", "Usage:")]
    [InlineData("-h", "Usage:")]
    [InlineData("capture --help", "--dry-run")]
    [InlineData("export --help", "--as-conda")]
    [InlineData("diff --help", "Exit code 3")]
    [InlineData("completion --help", "powershell")]
    [InlineData("init --help", "--devcontainer")]
    [InlineData("env --help", "--threads")]
    public void Help_is_a_result(string line, string expected)
    {
        var run = _machine.Run(line.Split(' ')).AssertDone();

        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.Matches("Example:\n +firn ", run.Output);
    }

    [Fact]
    public void Version_is_a_result()
    {
        var run = _machine.Run("--version").AssertDone();

        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+\\S*\n$", run.Output);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _firn firn\n")]
    [InlineData("zsh", "#compdef firn\n")]
    [InlineData("fish", "complete -c firn ")]
    [InlineData("powershell", "Register-ArgumentCompleter -Native -CommandName firn ")]
    public void Completion_prints_a_script_that_asks_firn(string shell, string expected)
    {
        var run = _machine.Run("completion", shell).AssertDone();

        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', run.Output);
    }

    [Theory]
    [InlineData("firn ", "capture\ncompletion\ndiff\nenv\nexport\ninit\n")]
    [InlineData("firn export --format c", "conda\ncyclonedx\n")]
    public void Suggest_directive_answers_the_scripts(string line, string expected)
    {
        var typed = line["firn ".Length..];

        var run = _machine.Run($"[suggest:{typed.Length}]", typed).AssertDone();

        var suggested = run.Output.Split('\n');
        Assert.All(
            expected.Split('\n', StringSplitOptions.RemoveEmptyEntries), word => Assert.Contains(word, suggested));
    }

    [Fact]
    public void A_mistake_of_firn_ends_in_a_message_and_a_code_of_its_own_and_not_in_an_abort()
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var console = new CommandConsole(new BrokenWriter(), error);

        var exitCode = new FirnApplication(console, SystemContext.OfThisProcess()).Run(["--version"]);

        Assert.Equal(ExitCodes.InternalError, exitCode);
        var lines = error.ToString().Split('\n');
        Assert.Equal("error: internal error: for https://h/x", lines[0]);
        Assert.StartsWith("hint: ", lines[1], StringComparison.Ordinal);
        Assert.Contains(nameof(BrokenWriter), error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    private sealed class BrokenWriter : StringWriter
    {
        public override void Write(string? value) => throw new InvalidOperationException("for https://u:secret@h/x");

        public override void Write(char value) => Write(string.Empty);

        public override void Write(char[] buffer, int index, int count) => Write(string.Empty);

        public override void Write(ReadOnlySpan<char> buffer) => Write(string.Empty);
    }
}
