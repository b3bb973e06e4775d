using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>Runs of a store where a command line takes captures or environments, and environments that have gone.</summary>
public sealed class RunReferenceTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableFact]
    public void Diff_of_runs_ends_with_what_its_exit_code_says()
    {
        using var folder = TwoRuns();

        var other = folder.Firn("diff", "q/r@1", "q/r@2").MustReturn(3).StandardOutput;
        Assert.StartsWith("~ output q.out", other, StringComparison.Ordinal);
        Assert.Contains("\nThe runs differ; their environments are equal as recorded\n", other);
        Assert.DoesNotContain("\nEqual as recorded\n", other);
        Assert.Contains("\nEqual as recorded\n", folder.Firn("diff", "q/r@2", "q/r@2").MustReturn(0).StandardOutput);
        Assert.StartsWith("Equal as recorded\n", folder.Firn("diff", "q/r@1", ".venv").MustReturn(0).StandardOutput, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("q/r@1", "q/r", 3)]
    [InlineData("q/r", "q/r@1", 3)]
    [InlineData("q/r@2", "q/r", 0)]
    [InlineData("q/r", "q/r@last", 0)]
    [InlineData("q/r", ".venv", 0)]
    public void Diff_takes_the_last_run_where_no_number_is_named(string first, string second, int code)
    {
        using var folder = TwoRuns();
        // The results of an analysis often lie in a folder of its name.
        Directory.CreateDirectory(Path.Join(folder.Work, "q", "r"));

        folder.Firn("diff", first, second).MustReturn(code);
    }

    [SkippableTheory]
    [InlineData("pip", "snow==1.0\n")]
    [InlineData("requirements", "\nsnow==1.0\n")]
    [InlineData("json", "\"firn.environment/1\"")]
    [InlineData("cyclonedx", "\"snow\"")]
    public void Export_takes_a_run_in_place_of_its_capture(string format, string expected)
    {
        using var folder = TwoRuns();
        Directory.Delete(Path.Join(folder.Work, ".venv"), recursive: true);

        foreach (var run in (string[])["q/r", "q/r@1"])
        {
            Assert.Contains(expected, folder.Firn("export", run, "--format", format).MustReturn(0).StandardOutput);
        }
    }

    [SkippableTheory]
    [InlineData("capture", "q/r")]
    [InlineData("capture", "q/r@1")]
    [InlineData("doctor", "q/r")]
    public void What_needs_an_environment_says_that_a_run_is_none_and_how_it_becomes_one(string command, string run)
    {
        using var folder = TwoRuns();

        var refused = folder.Firn(command, run);

        CleanFailure.Check(refused, 1);
        Assert.Equal(
            $"error: {run} is a run in {folder.PathOf("store")}, and an environment is needed\n"
            + $"hint: `firn restore {run} --to .venv` brings its environment back\n",
            refused.StandardError);
        Assert.Contains("no Python environment at", folder.Firn(command, "q/other").MustReturn(1).StandardError);
    }

    [SkippableTheory]
    [InlineData("run", 125)]
    [InlineData("doctor", 1)]
    [InlineData("capture", 1)]
    [InlineData("build", 1)]
    public void Environment_that_has_gone_is_brought_back_by_the_command_that_is_named(string command, int code)
    {
        using var folder = new RunFolder(firn);
        folder.Install("snow", "1.0");
        folder.Write("firn.yaml", "environment: .venv\nanalyses: {a/b: {command: python -c 'import snow'}}\n");
        folder.Firn("run").MustReturn(0);
        Directory.Delete(Path.Join(folder.Work, ".venv"), recursive: true);

        var lost = folder.Firn(command);

        CleanFailure.Check(lost, code);
        Assert.Contains("hint: `firn restore a/b --to .venv` brings back that of the last run\n", lost.StandardError);
        Assert.Contains("`firn restore a/b --to .venv`", folder.Firn("status").MustReturn(0).StandardOutput);
        folder.Firn("restore", "a/b", "--to", ".venv").MustReturn(0);
        Assert.Contains("snow==1.0", folder.Firn("export", "--format", "pip").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Environment_that_has_gone_and_never_ran_is_not_in_the_store()
    {
        using var folder = TwoRuns();
        folder.Write("firn.yaml", "environment: other\n");

        Assert.Contains("hint: name the folder that holds bin/python", folder.Firn("doctor").MustReturn(1).StandardError);
    }

    private RunFolder TwoRuns()
    {
        var folder = new RunFolder(firn);
        folder.Install("snow", "1.0");
        foreach (var text in (string[])["1", "2"])
        {
            folder.Write("text", text);
            folder.Firn("run", "--as", "q/r", "--output", "q.out", "--", "python", "-c", "open('q.out', 'w').write(open('text').read())").MustReturn(0);
        }

        return folder;
    }
}
