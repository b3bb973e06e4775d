using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>Images that are captured, proven and compared, and runs inside of them, which are kept as any other.</summary>
public sealed class InsideImageTests(PublishedFirn firn, ContainerEngines engines) : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>
{
    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void An_image_is_proven_to_hold_what_was_built_into_it(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        var commit = folder.Init();
        folder.Build("--generic", "--run").MustReturn(0);
        var image = $"{folder.Name}:amd64-cpu-run-latest-root";

        foreach (var options in new string[][] { [], ["--read-data"] })
        {
            Assert.Contains("captured when it was built", folder.Firn(["verify", image, .. options]).MustReturn(0).StandardOutput);
        }

        Assert.Contains("compared with the label firn1:", folder.Firn("verify", image, "--store", Path.Join(folder.Project, "none")).MustReturn(0).StandardOutput);
        Assert.Contains("Equal as recorded", folder.Firn("diff", image, $"{folder.Name}:amd64-cpu-run-{commit}-root").MustReturn(0).StandardOutput);
        using var inspected = JsonDocument.Parse(folder.Firn("image", "inspect", image, "--json").MustReturn(0).StandardOutput);
        Assert.Equal(folder.Git("rev-parse", "HEAD").StandardOutput.Trim(), inspected.RootElement.GetProperty("revision").GetString());

        // Somebody edits one file of a package, and takes another package out.
        var edited = Derive(folder, image, "edited", "RUN echo '# mine' >> $(/opt/env/bin/python -c 'import alpha; print(alpha.__file__)')");
        Assert.Matches("edited +alpha", folder.Firn("verify", edited, "--read-data").MustReturn(3).StandardOutput);
        var without = Derive(folder, image, "without", "RUN rm -r /opt/env/lib/python3.11/site-packages/beta*");
        Assert.Matches("(?m)^ *- .*beta", folder.Firn("diff", image, without).MustReturn(3).StandardOutput);
        folder.Firn("verify", without).MustReturn(3);
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void An_image_in_a_file_or_a_folder_is_read_and_leaves_nothing_in_the_engine(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Init();
        folder.Build("--generic", "--run").MustReturn(0);
        var image = $"{folder.Name}:amd64-cpu-run-latest-root";
        var (archive, layout) = (Path.Join(folder.Project, "image.tar"), Path.Join(folder.Project, "layout"));
        if (engine == "docker")
        {
            folder.Ask("save", "--output", archive, image).MustReturn(0);
        }
        else
        {
            folder.Ask("push", image, $"docker-archive:{archive}:{image}").MustReturn(0);
        }

        new ProcessRunner { Timeout = TimeSpan.FromMinutes(5) }.Run(Part.Program("skopeo"), "copy", "--quiet", $"docker-archive:{archive}", $"oci:{layout}:one").MustReturn(0);
        var captures = new List<string>();
        foreach (var named in new[] { image, $"docker-archive:{archive}", $"oci:{layout}:one" })
        {
            using var capture = JsonDocument.Parse(folder.Firn("capture", "--image", named, "--json").MustReturn(0).StandardOutput);
            captures.Add(capture.RootElement.GetProperty("environment_id").GetString()!);
        }

        Assert.Single(captures.Distinct());
        Assert.DoesNotContain("firn-image", folder.Ask("images").StandardOutput);
        File.WriteAllBytes(archive, File.ReadAllBytes(archive)[..200_000]);
        CleanFailure.Check(folder.Firn("capture", "--image", $"docker-archive:{archive}"), 1);
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void A_run_in_an_image_is_kept_as_any_other_and_runs_again_without_it(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Init();
        folder.Build("--generic", "--run").MustReturn(0);
        folder.Write("fit.py", "import alpha, study, sys\nopen('out.txt', 'w').write(sys.prefix + open('data.txt').read())\nprint('fitted')\n");
        folder.Write("data.txt", "data");
        folder.Write(".gitignore", ".firn\nout.txt\n");
        folder.Write("firn.yaml", "environment: {image: docker-amd64-cpu}\nanalyses:\n  a/fit: {command: python fit.py, inputs: data.txt, outputs: out.txt}\n");
        folder.Commit();

        var ran = folder.Firn("run", "--engine", engine);

        Assert.Contains("fitted", ran.MustReturn(0).StandardOutput);
        Assert.Equal("/opt/envdata", File.ReadAllText(Path.Join(folder.Project, "out.txt")));
        Assert.Contains($"firn: in {folder.Name}:amd64-cpu-run-latest-root, by {engine} ", ran.StandardError);
        // The installation's own settings are code, and no file of secrets.
        Assert.DoesNotContain("project.env", ran.StandardError);
        Assert.Contains($"In image        {folder.Name}:amd64-cpu-run-latest-root, by {engine} ", folder.Firn("show", "a/fit").MustReturn(0).StandardOutput);
        Assert.Matches("Used +3: alpha 1.1, .*study 0.1", folder.Firn("show", "a/fit").StandardOutput);
        // Nothing has changed: neither the status nor a second run, in another container, find anything.
        var status = folder.Firn("status", "--engine", engine).MustReturn(0).StandardOutput;
        Assert.True(status.StartsWith("a/fit  done ", StringComparison.Ordinal), status);
        Assert.DoesNotContain("fitted", folder.Firn("run", "--engine", engine).MustReturn(0).StandardOutput);
        var again = folder.Firn("rerun", "a/fit", "--yes");
        Assert.Contains("out.txt", again.StandardOutput);
        Assert.NotEqual(125, again.ExitCode);
        Assert.DoesNotContain("firn-", folder.Ask("ps", "--all", "--format", "{{.Image}} {{.Names}}").StandardOutput);
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void A_command_in_an_image_ends_as_it_ends_and_gets_no_more_than_it_was_given(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Init();
        folder.Build("--generic", "--run").MustReturn(0);
        string[] inside = ["run", "--in", "docker-amd64-cpu", "--engine", engine];
        folder.Variables["SECRET_TOKEN"] = "do-not-tell";
        folder.Write("given/file.txt", "given");

        var ended = folder.Firn([.. inside, "--as", "a/b", "--", "sh", "-c", "echo ${SECRET_TOKEN-none}; kill -TERM $$"]);

        Assert.Contains("none\n", ended.StandardOutput);
        Assert.Equal(143, ended.ExitCode);
        Assert.Contains("do-not-tell\n", folder.Firn([.. inside, "--pass-env", "SECRET_TOKEN", "--", "sh", "-c", "echo $SECRET_TOKEN"]).MustReturn(0).StandardOutput);
        using var outside = new TemporaryFolder();
        File.WriteAllText(outside.PathOf("x.txt"), "seen");
        Assert.Contains("seen", folder.Firn([.. inside, "--mount", $"{outside.PathOf(".")}:ro", "--", "cat", outside.PathOf("x.txt")]).MustReturn(0).StandardOutput);
        Assert.NotEqual(0, folder.Firn([.. inside, "--mount", $"{outside.PathOf(".")}:ro", "--", "touch", outside.PathOf("y.txt")]).ExitCode);
        CleanFailure.Check(folder.Firn("run", "--in", "nobody/has:this", "--engine", engine, "--", "true"), 125);
        CleanFailure.Check(folder.Firn([.. inside, "--pass-env", "NOT_SET", "--", "true"]), 125);
        folder.Write("firn.yaml", $"analyses:\n  a/c: {{command: 'true', inputs: {outside.PathOf("x.txt")}}}\n");
        var unseen = folder.Firn([.. inside, "a/c"]).MustReturn(125).StandardError;
        Assert.Contains($"cannot read the input {outside.PathOf("x.txt")}: the container does not have it\nhint: --mount {outside.Root}:ro ", unseen);
        folder.Firn([.. inside, "--mount", $"{outside.PathOf(".")}:ro", "a/c"]).MustReturn(0);
        CleanFailure.Check(folder.Firn([.. inside, "--mount", "no-such-folder", "--", "true"]), 125);
        Assert.DoesNotContain("do-not-tell", string.Concat(Directory.EnumerateFiles(Path.Join(Path.GetDirectoryName(folder.Project), "store"), "*.json", SearchOption.AllDirectories).Select(File.ReadAllText)));
    }

    [SkippableFact]
    public void The_engines_of_a_machine_are_told_with_what_is_in_their_way()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        var told = folder.Firn("doctor", "--containers").MustReturn(0).StandardOutput;
        Assert.Matches("(?m)^docker +\\d+\\.\\d+.*builds by BuildKit", told);
        Assert.Matches("(?m)^podman +\\d+\\.\\d+", told);

        folder.Variables["DOCKER_HOST"] = "unix:///nowhere";
        folder.Variables["FIRN_ENGINE"] = null;
        Assert.Matches("(?m)^error: podman does not have lab/none:1$", folder.Firn("image", "inspect", "lab/none:1").MustReturn(2).StandardError);
        Assert.Matches("^firn: podman \\d[^ ]* is taken, since docker does not reach its daemon: ", folder.Firn("image", "inspect", "lab/none:1").StandardError);
        Assert.Contains("container-engine-unreachable: docker", folder.Firn("doctor", "--containers").MustReturn(0).StandardOutput);
        folder.Variables["PATH"] = "/nowhere";
        using var document = JsonDocument.Parse(folder.Firn("doctor", "--containers", "--json").MustReturn(3).StandardOutput);
        Assert.Equal("container-engine-missing", document.RootElement.GetProperty("findings")[0].GetProperty("code").GetString());
    }

    private static string Derive(ImageFolder folder, string image, string tag, string step)
    {
        var name = $"{folder.Name}:{tag}";
        folder.Write("derived/Dockerfile", $"FROM {(folder.Engine == "podman" ? "localhost/" : string.Empty)}{image}\n{step}\n");
        folder.Ask("build", "--network", "host", "--tag", name, Path.Join(folder.Project, "derived")).MustReturn(0);
        return name;
    }
}
