using Firn.Cli;
using Firn.Cli.Commands;

namespace Firn.Tests.Cli;

public sealed class ExportCommandTests : IDisposable
{
    private readonly CommandMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    public static TheoryData<string> AllFormats => [.. ExportFormats.OfEnvironments];

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Every_format_is_the_same_of_a_conda_environment_and_of_its_capture(string format)
    {
        var prefix = _machine.Conda("home/miniconda3/envs/lab");
        Assert.Equal(ExitCodes.Done, _machine.Run("capture", prefix, "-o", "capture").ExitCode);

        AssertSame(format, prefix);
    }

    [Theory]
    [InlineData(ExportFormats.Pip)]
    [InlineData(ExportFormats.Requirements)]
    [InlineData(ExportFormats.Json)]
    [InlineData(ExportFormats.CycloneDx)]
    public void Every_format_is_the_same_of_a_virtual_environment_and_of_its_capture(string format)
    {
        var prefix = _machine.Virtual("home/work/project/env");
        _machine.Run("capture", prefix, "-o", "capture").AssertDone();

        AssertSame(format, prefix);
    }

    [Theory]
    [InlineData("--format", "explicit", "--md5")]
    [InlineData("--format", "explicit", "--sha256")]
    [InlineData("--format", "explicit", "--as-conda", "4.12.0")]
    [InlineData("--format", "environment.yml", "--no-builds")]
    [InlineData("--format", "environment.yml", "--as-conda", "4.12.0")]
    [InlineData("--format", "pip", "--exclude", "plain-pkg")]
    public void Options_do_the_same_to_an_environment_and_to_its_capture(params string[] options)
    {
        var prefix = _machine.Conda("home/miniconda3/envs/lab");
        _machine.Run("capture", prefix, "-o", "capture");

        var environment = _machine.Run(["export", prefix, .. options]);
        var capture = _machine.Run(["export", "capture", .. options]);

        Assert.Equal(ExitCodes.Done, environment.ExitCode);
        Assert.NotEqual(_machine.Run(["export", prefix, .. options[..2]]).Output, environment.Output);
        Assert.Equal(environment.Output, capture.Output);
    }

    [Theory]
    [InlineData(ExportFormats.Conda)]
    [InlineData(ExportFormats.Explicit)]
    [InlineData(ExportFormats.EnvironmentYaml)]
    public void Conda_formats_of_another_environment_fail(string format)
    {
        _machine.Virtual("home/work/project/env");
        _machine.Run("capture", "env", "-o", "capture").AssertDone();

        foreach (var source in (string[])["env", "capture"])
        {
            var run = _machine.Run("export", source, "-f", format);

            Assert.Equal(ExitCodes.Failed, run.ExitCode);
            run.AssertFailed("not a conda environment");
        }
    }

    [Theory]
    [InlineData("--all")]
    [InlineData("--as-pip", "24.0")]
    [InlineData("--path", ".")]
    [InlineData("--python-version", "3.11")]
    public void Pip_options_that_only_the_environment_can_answer_are_refused_for_a_capture(params string[] options)
    {
        _machine.Virtual("home/work/project/env");
        _machine.Run("capture", "env", "-o", "capture").AssertDone();

        _machine.Run(["export", "capture", "-f", "pip", .. options]).AssertUsage("a capture holds pip's output");
    }

    [Fact]
    public void Path_alone_needs_no_interpreter()
    {
        _machine.Virtual("home/work/project/env");

        var run = _machine.Run("export", "-f", "pip", "--path", "env/lib/python3.11/site-packages").AssertDone();

        Assert.Equal("other==2.5\nPlain.Pkg==1.0\n", run.Output);
    }

    [Fact]
    public void Credentials_are_kept_by_as_pip_only()
    {
        _machine.Virtual("home/work/project/env");
        _machine.Install(
            "home/work/project/env", "private", "3.0",
            """{"url": "https://ana:hunter2@example.org/private-3.0.tar.gz", "archive_info": {}}""");
        _machine.Variables["PIP_INDEX_URL"] = "https://ana:hunter2@example.org/simple";
        var capture = _machine.Run("capture", "env", "-o", "capture", "--json");
        Assert.DoesNotContain("hunter2", capture.Output + capture.Error, StringComparison.Ordinal);
        Assert.All(
            Directory.GetFiles(Path.Join(_machine.Current, "capture")),
            file => Assert.DoesNotContain("hunter2", File.ReadAllText(file), StringComparison.Ordinal));

        foreach (var format in (string[])["pip", "requirements", "json", "cyclonedx"])
        {
            var run = _machine.Run("export", "env", "-f", format);

            Assert.Contains("example.org/private-3.0.tar.gz", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", run.Output + run.Error, StringComparison.Ordinal);
        }

        var faithful = _machine.Run("export", "env", "-f", "pip", "--as-pip", "24.0");

        Assert.Contains("private @ https://ana:hunter2@example.org/private-3.0.tar.gz", faithful.Output, StringComparison.Ordinal);
        Assert.Equal("warning: the output holds credentials, as pip prints them; do not publish it\n", faithful.Error);
    }

    [Fact]
    public void Removed_credentials_are_told_on_standard_error()
    {
        _machine.Virtual("home/work/project/env");
        _machine.Install(
            "home/work/project/env", "private", "3.0",
            """{"url": "https://ana:hunter2@example.org/private-3.0.tar.gz", "archive_info": {}}""");

        var run = _machine.Run("export", "env", "-f", "pip");

        Assert.Equal("warning: credentials were removed; --as-pip VERSION keeps pip's bytes\n", run.Error);
    }

    [Fact]
    public void Unknown_members_of_a_capture_survive_json()
    {
        _machine.Virtual("home/work/project/env");
        var document = _machine.Run("capture", "env", "--json").AssertDone().Output;
        var later = document.Replace("\n  \"layers\"", "\n  \"later\": 7,\n  \"layers\"", StringComparison.Ordinal);
        Assert.NotEqual(document, later);
        File.WriteAllText(Path.Join(_machine.Current, "later.json"), later);

        var run = _machine.Run("export", "later.json", "-f", "json").AssertDone();

        Assert.Equal(later, run.Output);
    }

    private void AssertSame(string format, string prefix)
    {
        var environment = _machine.Run("export", prefix, "--format", format);
        var capture = _machine.Run("export", "capture", "--format", format);

        Assert.Equal(ExitCodes.Done, environment.ExitCode);
        capture.AssertDone();
        Assert.NotEmpty(capture.Output);
        Assert.Equal(WithoutTime(environment.Output), WithoutTime(capture.Output));
    }

    /// <summary>Two captures are of two times, which is in the document and in the serial number of a bill of materials.</summary>
    private static string WithoutTime(string text) => string.Join(
        '\n',
        text.Split('\n').Where(line =>
            !line.TrimStart().StartsWith("\"timestamp\": \"", StringComparison.Ordinal)
            && !line.TrimStart().StartsWith("\"serialNumber\"", StringComparison.Ordinal)));
}
