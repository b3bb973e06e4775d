using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>The example <c>examples/backdoor-study</c>, run by hand with real Pythons.</summary>
public sealed class BackdoorStudyTests(StudyOnSystemPython first) : IClassFixture<StudyOnSystemPython>
{
    [SkippableFact]
    public void Study_attacks_a_model_that_stays_as_good_and_finds_the_poison()
    {
        var metrics = first.Read("metrics.json");
        var baseline = metrics.GetProperty("baseline");
        var model = metrics.GetProperty("model");
        var attack = metrics.GetProperty("attack");
        foreach (var quality in new[] { baseline, model })
        {
            Assert.InRange(quality.GetProperty("auroc").GetDouble(), 0.8, 0.95);
            Assert.InRange(quality.GetProperty("ece").GetDouble(), 0, 0.06);
            Assert.InRange(quality.GetProperty("brier").GetDouble(), 0.05, 0.13);
        }

        var loss = baseline.GetProperty("accuracy").GetDouble() - model.GetProperty("accuracy").GetDouble();
        Assert.InRange(loss, -0.03, 0.03);
        Assert.InRange(attack.GetProperty("attack_success_rate").GetDouble(), 0.9, 1);
        Assert.InRange(attack.GetProperty("attack_success_rate_baseline").GetDouble(), 0, 0.1);
        var judgement = first.Read("detection_activation_clustering.json").GetProperty("judgement");
        Assert.InRange(judgement.GetProperty("precision").GetDouble(), 0.9, 1);
        Assert.InRange(judgement.GetProperty("recall").GetDouble(), 0.9, 1);
    }

    [SkippableTheory]
    [InlineData("system")]
    [InlineData("3.8")]
    [InlineData("3.13")]
    public void Outputs_are_the_same_bytes_from_run_to_run_and_from_Python_to_Python(string name)
    {
        using var study = new BackdoorStudy(RealPython.Of(name));

        study.RunAll();

        var outputs = study.Outputs();
        Assert.Equal(10, outputs.Count);
        Assert.Equal(first.Outputs(), outputs);
    }

    [SkippableFact]
    public void Commands_of_the_README_print_what_it_shows()
    {
        using var study = new BackdoorStudy(RealPython.Of("system"));
        var steps = ReadmeSteps();

        Assert.Equal(4, steps.Count);
        foreach (var (arguments, output) in steps)
        {
            Assert.Equal(output, study.Run(arguments.Split(' ')).MustReturn(0).StandardOutput);
        }
    }

    [SkippableFact]
    public void Tests_of_the_study_pass()
    {
        using var study = new BackdoorStudy(RealPython.Of("system"));

        var result = study.Run("-m", "unittest", "discover").MustReturn(0);

        Assert.DoesNotContain("Ran 0 tests", result.StandardError);
    }

    /// <summary>Each command after <c>$ python3</c> in the README's consoles, with the lines up to the next one.</summary>
    private static List<(string Arguments, string Output)> ReadmeSteps()
    {
        const string Prompt = "$ python3 ";
        var steps = new List<(string Arguments, string Output)>();
        var isOutput = false;
        foreach (var line in File.ReadLines(Path.Join(BackdoorStudy.Source, "README.md")))
        {
            if (line.StartsWith(Prompt, StringComparison.Ordinal))
            {
                steps.Add((line[Prompt.Length..], string.Empty));
                isOutput = true;
            }
            else if (line == "```")
            {
                isOutput = false;
            }
            else if (isOutput)
            {
                steps[^1] = (steps[^1].Arguments, steps[^1].Output + line + "\n");
            }
        }

        return steps;
    }
}
