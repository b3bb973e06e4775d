using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>The verbs of the labs' Docker template in what <c>firn image init</c> writes, started as hands and scripts start them.</summary>
public sealed class TemplateScriptTests(PublishedFirn firn, ContainerEngines engines) : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>
{
    private static readonly string[] Verbs =
    [
        "env", "edit_from_base", "build_generic", "build_user", "build", "pull_generic", "push_generic", "push_user", "push", "list_env",
        "empty_interactive", "run", "dev", "import_from_podman",
        "get_runai_scripts", "get_scitas_scripts", "get_cscs_scripts", "up", "shell", "logs", "start",
    ];

    [SkippableFact]
    public void Every_verb_says_what_it_takes_and_no_other_is_known()
    {
        using var folder = Folder();
        var usage = Script(folder, ["./template.sh"], "--help").MustReturn(0).StandardOutput;
        foreach (var verb in Verbs)
        {
            Assert.Contains($"\n  {verb} ", usage);
            Assert.Contains("usage", Script(folder, ["./template.sh"], verb, "--help").MustReturn(0).StandardOutput, StringComparison.OrdinalIgnoreCase);
        }

        foreach (var shell in new string[][] { ["./template.sh"], ["sh", "template.sh"], ["bash", "template.sh"], ["zsh", "template.sh"], ["timeout", "60", "./template.sh"] })
        {
            foreach (var unknown in new string[][] { ["conjure"], ["echo", "hi"], [] })
            {
                var refused = Script(folder, shell, unknown).MustReturn(2);
                Assert.Contains("usage: ./template.sh VERB", refused.StandardError);
                Assert.Equal(string.Empty, refused.StandardOutput);
            }

            Assert.Equal(usage, Script(folder, shell, "help").MustReturn(0).StandardOutput);
        }

        folder.Variables["PATH"] = "/usr/bin:/bin";
        Assert.Contains("firn is not on PATH", Script(folder, ["./template.sh"], "build").MustReturn(127).StandardError);
    }

    [SkippableFact]
    public void Verbs_do_what_the_template_does()
    {
        using var folder = Folder();
        ProcessResult Call(params IEnumerable<string> words) => Script(folder, ["./template.sh"], words);
        Call("env").MustReturn(0);
        folder.SetUser("alice", 1234, "lab", 2345);
        var name = $"physics/alice/{folder.ProjectName}";
        File.AppendAllText(Path.Join(folder.Installation, "Dockerfile"), "# mine\n");

        CleanFailure.Check(Call("build_generic", "--network", "host"), 2);
        Assert.Contains($"built {name}:amd64-cpu-dev-latest-root\n", Call("build_generic", "--ignore-uncommitted", "--network", "host").MustReturn(0).StandardOutput);
        var commit = folder.Commit();
        Assert.Contains($"      {name}:amd64-cpu-dev-{commit}-alice\n", Call("build", "--network", "host").MustReturn(0).StandardOutput);
        Assert.StartsWith($"built {name}:amd64-cpu-run-latest-alice\n", Call("build_user", "--network", "host").MustReturn(0).StandardOutput);

        Assert.Matches("(?m)^alpha +1\\.1 +pip$", Call("list_env").MustReturn(0).StandardOutput);
        // Without a terminal the shell has its commands from standard input, which is at its end.
        Assert.Equal(string.Empty, Call("empty_interactive").MustReturn(0).StandardOutput);
        foreach (var verb in new[] { "run", "dev" })
        {
            var ran = Call(verb, "-e", "A=a b", "-e", "B=-c", "sh", "-c", "study-say; echo $A $B $0 $1; exit 3", "-e", "C=c").MustReturn(3);
            Assert.Equal("study speaks\na b -c -e C=c\n", ran.StandardOutput);
        }

        var container = Call("dev", "-d", "-e", "A=1", "sleep", "600").MustReturn(0).StandardOutput.Trim();
        folder.Ask("kill", container).MustReturn(0);
        TransfersMustGoBothWays(folder, Call, name, commit);
        Assert.Contains("enroot is not on PATH", Call("import_from_podman").MustReturn(127).StandardError);
        Call("get_scitas_scripts").MustReturn(0);
        Assert.Contains($"{name}:amd64-cpu-run-latest-root", File.ReadAllText(Path.Join(folder.Project, "submit", "slurm", "job.sbatch")));
        Call("edit_from_base", "from-scratch", "--yes").MustReturn(0);
        Assert.Contains("micromamba", File.ReadAllText(Path.Join(folder.Installation, "Dockerfile")));
        CleanFailure.Check(Call("env"), 2);
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void A_container_to_come_back_to_is_there_until_it_is_stopped(string engine)
    {
        using var folder = Folder(engine);
        ProcessResult Call(params IEnumerable<string> words) => Script(folder, ["./template.sh"], words);
        EditorsMustBeKept(folder);
        Call("build_generic", "--dev", "--network", "host").MustReturn(0);
        Assert.Contains("no container is up", Call("shell").MustReturn(1).StandardError);

        var container = Call("up", "-e", "GIVEN=a b").MustReturn(0).StandardOutput.Trim();
        try
        {
            Wait.Until(() => Call("logs").StandardError.Contains("study 0.1 runs from", StringComparison.Ordinal) || Call("logs").StandardOutput.Contains("study 0.1 runs from", StringComparison.Ordinal));
            Assert.Contains("is up", Call("start").MustReturn(1).StandardError);
            var shell = InShell(folder, "echo $GIVEN; pwd; study-say; touch ~/.vscode-server/kept; exit 3\n").MustReturn(3);
            Assert.Equal($"a b\n/project/{folder.ProjectName}\nstudy speaks\n", shell.StandardOutput);
            MustFreezeInside(folder);
            Call("stop").MustReturn(0);
            Call("logs").MustReturn(1);
            container = Call("start").MustReturn(0).StandardOutput.Trim();
            // The container is another one; what editors have installed is still there.
            Wait.Until(() => InShell(folder, "ls ~/.vscode-server\n").StandardOutput == "kept\n");
            Call("down").MustReturn(0);
            Assert.DoesNotContain(container, folder.Ask("ps", "--all", "--quiet", "--no-trunc").StandardOutput);
        }
        finally
        {
            folder.Ask("rm", "--force", container);
        }
    }

    /// <summary>Takes up the lines of compose.yaml that are there for it; the folder is made in this home.</summary>
    private static void EditorsMustBeKept(ImageFolder folder)
    {
        folder.Variables["HOME"] = Path.Join(Path.GetDirectoryName(folder.Project), "home");
        Directory.CreateDirectory(folder.Variables["HOME"]!);
        var compose = Path.Join(folder.Installation, "compose.yaml");
        var lines = File.ReadAllLines(compose);
        Assert.Contains("  #   VSCODE_SERVER_AT: /firn-dev/vscode", lines);
        File.WriteAllLines(compose, lines.Select(static line =>
            line is "  # volumes:" or "  # environment:" || line.StartsWith("  #   ", StringComparison.Ordinal) ? "  " + line[4..] : line));
        folder.Commit();
    }

    /// <summary>What was tried out in the container is written down there.</summary>
    private static void MustFreezeInside(ImageFolder folder)
    {
        var list = Path.Join(folder.Installation, "dependencies", "requirements.txt");
        var before = File.ReadAllText(list);
        var index = before.Split('\n').Single(static line => line.StartsWith("--index-url ", StringComparison.Ordinal));
        var frozen = InShell(folder, $"pip install --quiet {index} alpha==1.0\nupdate-env-file\n").MustReturn(0);
        Assert.Contains("\n-alpha\n+alpha==1.0\n", frozen.StandardOutput);
        Assert.Contains("\nalpha==1.0\n", File.ReadAllText(list));
        var recorded = InShell(folder, "cd $DEPENDENCIES_DIR && ls\n").MustReturn(0).StandardOutput.Split('\n');
        Assert.Superset(new HashSet<string> { "apt-build.txt", "apt-runtime.txt", "apt-dev.txt", "requirements.txt", "requirements-of-base.txt", "requirements-final.txt" }, recorded.ToHashSet());
    }

    private static ProcessResult InShell(ImageFolder folder, string commands) => new ProcessRunner { Variables = folder.Variables, WorkingDirectory = folder.Installation }.Run(
        Part.Program("sh"), "-c", "printf %s \"$1\" | ./template.sh shell", "sh", commands);

    [SkippableFact]
    public void Platforms_are_changed_and_copied_by_the_script_of_that_name()
    {
        using var folder = Folder();
        ProcessResult Call(string shell, params IEnumerable<string> words) => new ProcessRunner { Variables = folder.Variables, WorkingDirectory = folder.Project }.Run(
            Part.Program(shell), ["installation/edit-platform-and-acceleration.sh", .. words]);

        Call("sh", "copy", "docker", "amd64", "cpu", "arm64", "cuda").MustReturn(0);
        Call("bash", "change", "docker", "amd64", "cpu", "amd64", "rocm").MustReturn(0);

        Assert.Equal(["docker-amd64-rocm", "docker-arm64-cuda"], Directory.GetDirectories(Path.Join(folder.Project, "installation")).Select(Path.GetFileName).Order());
        Assert.Contains("IMAGE_PLATFORM=arm64-cuda", File.ReadAllText(Path.Join(folder.Project, "installation", "docker-arm64-cuda", "project.env")));
        Assert.Contains("usage", Call("sh", "--help").MustReturn(0).StandardOutput);
        Assert.Contains("no verb move", Call("sh", "move", "docker", "amd64", "rocm", "amd64", "cpu").MustReturn(2).StandardError);
        Call("sh", "copy", "conda", "amd64", "rocm", "amd64", "cpu").MustReturn(2);
        Call("sh", "copy").MustReturn(2);
        CleanFailure.Check(Call("sh", "copy", "docker", "amd64", "rocm", "arm64", "cuda"), 2);
    }

    private void TransfersMustGoBothWays(ImageFolder folder, Func<IEnumerable<string>, ProcessResult> call, string name, string commit)
    {
        var target = $"{engines.RegistryHost}/script/{folder.ProjectName}";
        string[] Pushed(string verb, string to) =>
            [.. call([verb, to]).MustReturn(0).StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[$"pushed {to}:amd64-cpu-".Length..])];
        string[] generic = ["run-latest-root", $"run-{commit}-root", "dev-latest-root", $"dev-{commit}-root"];
        string[] user = ["run-latest-alice", $"run-{commit}-alice", "dev-latest-alice", $"dev-{commit}-alice"];
        Assert.Equal(generic, Pushed("push_generic", target));
        Assert.Equal(user, Pushed("push_user", target));
        Assert.Equal([.. generic, .. user], Pushed("push", target));
        File.AppendAllText(Path.Join(folder.Installation, "project.env"), $"REGISTRY_LAB={engines.RegistryHost}\n");
        Assert.Contains($"pushed {engines.RegistryHost}/{name}:amd64-cpu-run-latest-alice\n", call(["push", "LAB"]).MustReturn(0).StandardOutput);
        Assert.Equal(generic.Select(tag => $"pulled {name}:amd64-cpu-{tag}"), call(["pull_generic", target]).MustReturn(0).StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private ImageFolder Folder(string engine = "docker")
    {
        var folder = new ImageFolder(firn, engines, engine);
        folder.Variables["PATH"] = $"{Path.GetDirectoryName(firn.Executable)}:{folder.Variables["PATH"]}";
        folder.Init();
        return folder;
    }

    private static ProcessResult Script(ImageFolder folder, string[] start, params IEnumerable<string> words)
    {
        var program = start[0].Contains('/', StringComparison.Ordinal) ? Path.Join(folder.Installation, start[0]) : Part.Program(start[0]);
        return new ProcessRunner { Variables = folder.Variables, WorkingDirectory = folder.Installation, Timeout = TimeSpan.FromMinutes(10) }.Run(program, [.. start[1..], .. words]);
    }
}
