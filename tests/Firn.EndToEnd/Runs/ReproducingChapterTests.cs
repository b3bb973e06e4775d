using System.Globalization;
using System.Text.Json;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Runs;

/// <summary>
/// Each step of asimov's chapter on reproducing an analysis: build, the files in the run directory, the store, list,
/// fetch by name, read, and the environment made again by pip and by firn when the first one is gone.
/// </summary>
public sealed class ReproducingChapterTests(PublishedFirn firn, ReproducingChapter chapter)
    : IClassFixture<PublishedFirn>, IClassFixture<ReproducingChapter>
{
    private const string Pins = "ice-core==2.1\nsnow==1.0\n";

    [SkippableFact]
    public void Build_writes_the_environment_into_the_run_directory()
    {
        chapter.Built();

        Assert.Contains(".firn/analyses/GW150914/Prod0: analysis.json", chapter.Build.StandardOutput);
        Assert.Equal(Pins, chapter.Freeze);
        Assert.Equal(chapter.Freeze, File.ReadAllText(Path.Join(chapter.RunDirectory, "environment-pip.txt")));
        Assert.False(File.Exists(Path.Join(chapter.RunDirectory, "environment-conda.txt")));
        CheckMetadata(Read(Path.Join(chapter.RunDirectory, "environment.json")), "virtualenv");
    }

    [SkippableFact]
    public void Build_records_the_files_in_the_metadata_of_the_analysis()
    {
        chapter.Built();

        var environment = Read(Path.Join(chapter.RunDirectory, "analysis.json")).GetProperty("environment");

        Assert.True(environment.GetProperty("captured_at").GetBoolean());
        CheckTime(environment.GetProperty("captured_time"));
        var files = environment.GetProperty("files");
        Assert.Equal("environment.json", files.GetProperty("metadata").GetString());
        Assert.Equal("environment-pip.txt", files.GetProperty("pip").GetString());
        Assert.False(files.TryGetProperty("conda", out _));
    }

    [SkippableFact]
    public void Build_of_a_conda_environment_has_its_list_too()
    {
        using var prefix = new CondaPrefix();
        using var folder = new RunFolder(firn);
        folder.Write(
            "firn.yaml",
            $"""
            environment: {prefix.Prefix}
            analyses:
              {ReproducingChapter.Analysis}:
                command: "true"
            """);

        folder.Firn("build").MustReturn(0);

        var run = Path.Join(folder.Work, ".firn", "analyses", "GW150914", "Prod0");
        var files = Read(Path.Join(run, "analysis.json")).GetProperty("environment").GetProperty("files");
        Assert.Equal("environment-conda.txt", files.GetProperty("conda").GetString());
        Assert.Contains("\nnumbers=1.0=0\n", File.ReadAllText(Path.Join(run, "environment-conda.txt")));
        var metadata = Read(Path.Join(run, "environment.json"));
        Assert.Equal("conda", metadata.GetProperty("environment_type").GetString());
        Assert.Equal("x", metadata.GetProperty("conda_env_name").GetString());
    }

    [SkippableFact]
    public void Run_keeps_the_environment_with_the_results_and_lists_it()
    {
        var folder = chapter.Run();

        var list = folder.Firn("results", "list", "--project", folder.Work).MustReturn(0).StandardOutput;
        var runs = folder.Firn("results", "list", ReproducingChapter.Analysis).MustReturn(0).StandardOutput;
        var show = folder.Firn("results", "show", ReproducingChapter.Analysis).MustReturn(0).StandardOutput;

        Assert.Contains(ReproducingChapter.Analysis, list);
        Assert.Contains(EnvironmentId(folder)["firn1:sha256:".Length..25], runs);
        foreach (var file in new[] { "environment.json", "environment-pip.txt", "posterior.txt" })
        {
            Assert.Contains($"  {file} ", show);
            Assert.Contains(file, StoreChain.Check(folder.PathOf("store"), "GW150914", "Prod0")[1]);
        }
    }

    [SkippableFact]
    public void Environment_is_fetched_by_name_and_has_asimovs_keys()
    {
        var folder = chapter.Run();
        var target = folder.PathOf("environment.json");

        folder.Firn(
            "results", "fetch", ReproducingChapter.Analysis, "environment.json", "-o", target, "--project", folder.Work)
            .MustReturn(0);

        CheckMetadata(Read(target), "virtualenv");
    }

    [SkippableFact]
    public void Environment_is_made_again_by_venv_and_pip()
    {
        var folder = chapter.Run();
        var pins = folder.PathOf("environment-pip.txt");
        folder.Firn("results", "fetch", ReproducingChapter.Analysis, "environment-pip.txt", "-o", pins).MustReturn(0);
        chapter.Index.TakeRequests();

        var made = new PythonRunner(RealPython.Of("system")).MakeEnvironment(folder.PathOf("made again"));
        chapter.Index.Install(made, "-r", pins);

        Assert.Contains(chapter.Index.TakeRequests(), path => path.Contains("/snow-1.0-", StringComparison.Ordinal));
        Assert.Equal(chapter.Freeze, made.Run("-m", "pip", "freeze").MustReturn(0).StandardOutput);
        var verified = folder.Firn("verify", $"{ReproducingChapter.Analysis}@1", folder.PathOf("made again"))
            .MustReturn(0);
        Assert.StartsWith("Equal", verified.StandardOutput, StringComparison.Ordinal);
        MustSample(made, folder);
    }

    [SkippableTheory]
    [InlineData("run")]
    [InlineData("last run")]
    [InlineData("environment id")]
    [InlineData("file")]
    public void Environment_is_restored_by_firn(string reference)
    {
        var folder = chapter.Run();
        var metadata = folder.PathOf($"{Guid.NewGuid()}.json");
        folder.Firn("results", "fetch", ReproducingChapter.Analysis, "environment.json", "-o", metadata).MustReturn(0);
        var capture = reference switch
        {
            "run" => ReproducingChapter.Analysis + "@1",
            "last run" => ReproducingChapter.Analysis,
            "environment id" => EnvironmentId(folder),
            _ => metadata,
        };
        var prefix = folder.PathOf($"restored from {reference}");

        var result = folder.Firn("restore", capture, "--to", prefix).MustReturn(0);

        Assert.Contains($"Equal as recorded: {prefix}\n", result.StandardOutput);
        var restored = new PythonRunner(Path.Join(prefix, "bin", "python"));
        Assert.Equal(chapter.Freeze, restored.Run("-m", "pip", "freeze").MustReturn(0).StandardOutput);
        folder.Firn("verify", capture, prefix, "--read-data").MustReturn(0);
        MustSample(restored, folder);
    }

    private void CheckMetadata(JsonElement metadata, string type)
    {
        var version = new PythonRunner(RealPython.Of("system"))
            .Run("-c", "import platform; print(platform.python_version())").MustReturn(0).StandardOutput.TrimEnd();
        CheckTime(metadata.GetProperty("timestamp"));
        Assert.Equal(type, metadata.GetProperty("environment_type").GetString());
        Assert.Equal(version, metadata.GetProperty("python_version").GetString());
        Assert.Equal(chapter.Python, metadata.GetProperty("python_executable").GetString());
    }

    private static void CheckTime(JsonElement time) => Assert.InRange(
        DateTimeOffset.Parse(time.GetString()!, CultureInfo.InvariantCulture),
        DateTimeOffset.UtcNow.AddHours(-1),
        DateTimeOffset.UtcNow.AddSeconds(1));

    /// <summary>The analysis' own code gives in this environment what it gave in the first.</summary>
    private static void MustSample(PythonRunner python, RunFolder folder)
    {
        var output = folder.PathOf($"posterior-{Guid.NewGuid()}");
        Directory.CreateDirectory(output);
        new ProcessRunner { WorkingDirectory = output, Variables = python.Variables }
            .Run(python.Python, Path.Join(folder.Work, "sample.py")).MustReturn(0);
        Assert.Equal(
            folder.Fetch(ReproducingChapter.Analysis, "posterior.txt"),
            File.ReadAllBytes(Path.Join(output, "posterior.txt")));
    }

    private static string EnvironmentId(RunFolder folder)
    {
        using var document = JsonDocument.Parse(
            folder.Firn("results", "show", ReproducingChapter.Analysis, "--json").MustReturn(0).StandardOutput);
        return document.RootElement.GetProperty("environments")[0].GetProperty("environment_id").GetString()!;
    }

    private static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
