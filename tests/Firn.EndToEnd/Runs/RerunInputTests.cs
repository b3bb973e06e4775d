using System.Runtime.Versioning;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>What a rerun reads where the project has it no more, and what it says of a run that had failed.</summary>
[SupportedOSPlatform("linux")]
public sealed class RerunInputTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableTheory]
    [InlineData("cat d.txt > o.out; echo more >> d.txt", true)]
    [InlineData("cat d.txt > o.out; echo more >> d.txt", false)]
    [InlineData("cp d.txt o.out; mv o.out d.txt; cp d.txt o.out; echo >> d.txt", true)]
    [InlineData("cp d.txt o.out; rm d.txt", true)]
    public void Input_that_the_run_changed_comes_from_its_code(string command, bool hasMounts)
    {
        if (!hasMounts)
        {
            Part.Root();
        }

        using var folder = WithData();
        folder.Firn("run", "--no-observe", "--as", "i/w", "--env", ".venv", "--input", "d.txt", "--output", "o.out", "--", "sh", "-c", command).MustReturn(0);
        var after = File.Exists(Path.Join(folder.Work, "d.txt")) ? File.ReadAllText(Path.Join(folder.Work, "d.txt")) : null;

        var again = (hasMounts ? folder.Firn("rerun", "i/w@1") : folder.FirnWithoutMounts("rerun", "i/w@1")).MustReturn(0);

        Assert.Contains("i/w@1 is reproduced: 1 output equal", again.StandardOutput);
        Assert.Equal(after, File.Exists(Path.Join(folder.Work, "d.txt")) ? File.ReadAllText(Path.Join(folder.Work, "d.txt")) : null);
    }

    [SkippableTheory]
    [InlineData("changed", "warning: the input d.txt differs from what the run read")]
    [InlineData(null, "")]
    public void Input_of_the_code_is_taken_from_the_store_and_one_that_differs_is_told(string? now, string warning)
    {
        using var folder = WithData();
        folder.Firn("run", "--as", "i/w", "--env", ".venv", "--input", "d.txt", "--output", "o.out", "--", "cp", "d.txt", "o.out").MustReturn(0);
        if (now is null)
        {
            File.Delete(Path.Join(folder.Work, "d.txt"));
        }
        else
        {
            folder.Write("d.txt", now);
        }

        var again = folder.Firn("rerun", "i/w@1").MustReturn(0);

        Assert.Contains("i/w@1 is reproduced: 1 output equal", again.StandardOutput);
        Assert.Contains(warning, again.StandardError);
        Assert.Equal(warning.Length > 0, again.StandardError.Contains("warning: the input", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("d.txt", "other bytes")]
    [InlineData("d.txt", null)]
    [InlineData("sub/d.txt", "")]
    public void Input_that_nobody_kept_is_still_refused(string input, string? now)
    {
        using var folder = new RunFolder(firn);
        folder.Write(input, "data\n");
        folder.Firn("run", "--as", "i/w", "--env", ".venv", "--input", input, "--output", "o.out", "--", "sh", "-c", $"wc -c < {input} > o.out").MustReturn(0);
        File.Delete(Path.Join(folder.Work, input));
        if (now is not null)
        {
            folder.Write(input, now);
        }

        Assert.NotEqual(0, folder.Firn("rerun", "i/w@1").ExitCode);
    }

    [SkippableTheory]
    [InlineData("model.txt", "test -e hidden && echo 1 > model.txt", "model.txt")]
    [InlineData("out/", "test -e hidden && mkdir -p out && echo 1 > out/a", "out/")]
    [InlineData("*.csv", "test -e hidden; test -e hidden && echo 1 > a.csv; true", "*.csv")]
    public void Outputs_of_a_failed_run_stay_declared_and_are_missed_by_name(string output, string command, string missing)
    {
        using var folder = WithData();
        folder.Write("hidden", "here");
        folder.Write(".gitignore", "hidden\n");
        folder.Firn("run", "--as", "m/one", "--env", ".venv", "--output", output, "--", "sh", "-c", command).MustReturn(0);
        folder.Firn("rerun", "m/one@1").MustReturn(3);

        var again = folder.Firn("rerun", "m/one@2").MustReturn(3);

        Assert.Contains($"{missing}  missing   in both\n", again.StandardOutput);
        Assert.Contains("m/one@2 failed, and fails again: 1 declared output missing\n", again.StandardOutput);
        Assert.DoesNotContain("declares no outputs", again.StandardOutput);
        Assert.Contains("m/one@3 failed", folder.Firn("rerun", "m/one@3").MustReturn(3).StandardOutput);
    }

    private RunFolder WithData()
    {
        var folder = new RunFolder(firn);
        folder.Write("d.txt", "first\n");
        folder.Write(".gitignore", ".venv\no.out\nmodel.txt\n");
        folder.Git("init", "--quiet");
        folder.Git("add", ".");
        folder.Git("commit", "--quiet", "-m", "1");
        return folder;
    }
}
