using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>
/// The README's first command: one <c>firn run</c> on a clean clone keeps the study with its environment, and the
/// training is reproduced when that environment is gone.
/// </summary>
public sealed class BackdoorStudyRunTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private static readonly string[] Analyses = ["demo/sample", "demo/train", "demo/evaluate", "demo/detect"];

    private static readonly string[] TrainingOutputs =
        ["baseline.json", "config.json", "model.json", "poison.json", "training.json"];

    [SkippableFact]
    public void One_command_runs_and_keeps_the_study_and_its_training_is_reproduced_elsewhere()
    {
        using var study = new StudyProject(firn);

        var run = study.Firn("run", "--project", StudyProject.Name).MustReturn(0);
        Assert.Contains("attack success rate", run.StandardOutput);
        foreach (var analysis in Analyses)
        {
            Assert.Matches($@"(?m)^{analysis} +done .* {analysis}@1 +[0-9a-f]{{12}}", run.StandardOutput);
        }

        Assert.EndsWith(
            $"Environments and outputs are kept in {study.Store}\n"
            + $"Rerun one with: firn rerun demo/detect@1 --project {StudyProject.Name}\n",
            run.StandardOutput);
        Assert.Equal(string.Empty, study.Git("status", "--porcelain").StandardOutput);

        var again = study.Firn("run", "--project", StudyProject.Name).MustReturn(0);
        Assert.All(Analyses, analysis => Assert.Matches($"(?m)^{analysis} +unchanged ", again.StandardOutput));
        Assert.All(States(study), state => Assert.Equal("done", state));
        CheckReports(study);
        CheckCrate(study);

        study.HidePython();
        var model = File.ReadAllBytes(Path.Join(study.Study, "runs", "mlp", "model.json"));
        var rerun = study.Firn("rerun", "demo/train", "--project", StudyProject.Name).MustReturn(0);
        foreach (var output in TrainingOutputs)
        {
            Assert.Matches($@"(?m)^runs/mlp/{output} +equal ", rerun.StandardOutput);
        }

        Assert.Contains("demo/train@1 is reproduced: 5 outputs equal\n", rerun.StandardOutput);
        CheckRerun(study, model);
    }

    [SkippableFact]
    public void Rerun_names_the_input_that_is_not_the_same_any_more_and_reads_the_stores()
    {
        using var study = new StudyProject(firn);
        study.Firn("run", "--project", StudyProject.Name, "demo/train").MustReturn(0);
        study.HidePython();
        File.AppendAllText(Path.Join(study.Study, "data", "dev.csv"), "\n");

        var rerun = study.Firn("rerun", "demo/train", "--project", StudyProject.Name, "--no-keep").MustReturn(0);

        Assert.Contains("warning: the input data/dev.csv differs", rerun.StandardError);
        Assert.Single(StoreChain.Check(study.Store, "demo", "train"));
    }

    private static void CheckReports(StudyProject study)
    {
        var show = study.FirnInStudy("show", "demo/train").MustReturn(0).StandardOutput;
        Assert.Contains("Run             demo/train@1, succeeded\n", show);
        Assert.Contains("mimiciv_backdoor_study/train.py --model mlp --epochs 2", show);
        Assert.Contains("Observed        1 process of Python\n", show);
        Assert.DoesNotContain("not observed", show);
        Assert.DoesNotContain("Outside", show);
    }

    private static void CheckCrate(StudyProject study)
    {
        var crate = study.PathOf("crate");
        study.FirnInStudy("export", "demo/train", "--format", "ro-crate", "-o", crate).MustReturn(0);

        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Join(crate, "ro-crate-metadata.json")));
        var entities = document.RootElement.GetProperty("@graph").EnumerateArray().ToDictionary(
            entity => entity.GetProperty("@id").GetString()!, entity => entity);
        foreach (var output in TrainingOutputs)
        {
            Assert.True(entities.ContainsKey($"runs/mlp/{output}"), output);
            Assert.Equal(
                File.ReadAllBytes(Path.Join(study.Study, "runs", "mlp", output)),
                File.ReadAllBytes(Path.Join(crate, "runs", "mlp", output)));
        }

        // The data stay where they are.
        Assert.False(Path.Exists(Path.Join(crate, "data")));
    }

    /// <summary>The run of then in the environment of then: no other Python on this machine has that id.</summary>
    private static void CheckRerun(StudyProject study, byte[] model)
    {
        var ids = new List<string>();
        foreach (var number in new[] { 1, 2 })
        {
            using var record = JsonDocument.Parse(
                study.Firn("results", "show", $"demo/train@{number}", "--json").MustReturn(0).StandardOutput);
            ids.AddRange(record.RootElement.GetProperty("environments").EnumerateArray()
                .Select(item => item.GetProperty("environment_id").GetString()!));
        }

        Assert.Single(ids.Distinct());
        Assert.False(Directory.Exists(study.Prefix));
        Assert.Equal(model, File.ReadAllBytes(Path.Join(study.Study, "runs", "mlp", "model.json")));
        var output = study.PathOf("model-again.json");
        study.Firn("results", "fetch", "demo/train@2", "runs/mlp/model.json", "-o", output).MustReturn(0);
        Assert.Equal(model, File.ReadAllBytes(output));
        Assert.Single(study.Git("worktree", "list").StandardOutput.TrimEnd().Split('\n'));
        Assert.Equal(string.Empty, study.Git("status", "--porcelain").StandardOutput);
    }

    private static IEnumerable<string> States(StudyProject study)
    {
        using var document = JsonDocument.Parse(
            study.Firn("status", "--json", "--project", StudyProject.Name).MustReturn(0).StandardOutput);
        Assert.Equal("firn.status/1", document.RootElement.GetProperty("schema").GetString());
        var analyses = document.RootElement.GetProperty("analyses").EnumerateArray().ToList();
        Assert.Equal(Analyses, analyses.Select(item => $"{item.GetProperty("subject")}/{item.GetProperty("name")}"));
        return [.. analyses.Select(item => item.GetProperty("state").GetString()!)];
    }
}
