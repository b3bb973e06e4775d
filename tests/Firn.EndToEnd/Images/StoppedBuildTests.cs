using System.Diagnostics;
using System.Globalization;
using System.Text;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>Builds that are stopped, asked or killed, at a step, from a terminal, and at any moment: nothing of them is left.</summary>
public sealed class StoppedBuildTests(PublishedFirn firn, ContainerEngines engines, OwnPodman podman)
    : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>, IClassFixture<OwnPodman>
{
    private static readonly int Stops = TestScale.Of(2, 20);

    [SkippableTheory]
    [InlineData("docker", "1", "TERM")]
    [InlineData("docker", "0", "INT")]
    [InlineData("podman", "1", "INT")]
    [InlineData("podman", "1", "TERM")]
    [InlineData("buildah", "1", "TERM")]
    public void A_build_that_is_stopped_in_a_step_ends_the_step_and_leaves_nothing(string engine, string buildKit, string signal)
    {
        using var folder = Folder(engine);
        folder.Variables["DOCKER_BUILDKIT"] = buildKit;
        var seconds = AddSleep(folder);
        using var process = folder.Start("image", "build", "--generic", "--network", "host");
        var said = new Lines(process);
        said.WaitFor("reached-2");

        Signal(process, signal);

        said.WaitForEnd();
        Assert.Equal(signal == "TERM" ? 143 : 130, process.ExitCode);
        Assert.EndsWith("error: cancelled\nhint: what was not finished is not there; run the command again\n", said.ToString());
        MustBeClean(folder, seconds);
    }

    /// <summary>A terminal sends Ctrl-C to all who are in its foreground.</summary>
    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void Control_C_at_a_terminal_ends_the_step_and_leaves_nothing(string engine)
    {
        Part.Program("bash");
        using var folder = Folder(engine);
        var seconds = AddSleep(folder);
        var script = folder.Beside("script");
        File.WriteAllText(
            script, $"send cd {folder.Project}; {firn.Executable} image build --generic --network host; echo code=$?\\n\nexpect reached-2\nwait 0.5\nsend \\x03\nexpect error: cancelled\nexpect code=130\n");

        var result = new ProcessRunner { Variables = folder.Variables, WorkingDirectory = folder.Project }.Run(
            RealPython.Of("system"), Repository.PathOf("tests", "Firn.EndToEnd", "Support", "terminal.py"), script);

        Assert.True(result.ExitCode == 0, result.StandardOutput + result.StandardError);
        MustBeClean(folder, seconds);
    }

    /// <summary>Nobody can put anything away then, so the next build does: of firn, and of the engine that was killed with it.</summary>
    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void What_a_build_left_that_was_killed_is_removed_by_the_next(string engine)
    {
        using var folder = Folder(engine);
        var dockerfile = Path.Join(folder.Installation, "Dockerfile");
        var before = File.ReadAllText(dockerfile);
        var seconds = AddSleep(folder);
        using (var process = folder.Start("image", "build", "--generic", "--network", "host"))
        {
            new Lines(process).WaitFor("reached-2");
            var all = Below(process.Id).Append(process.Id).ToList();
            all.ForEach(static id => new ProcessRunner().Run(Part.Program("kill"), "-KILL", Text(id)));
            process.WaitForExit();
        }

        Assert.NotEmpty(Directory.GetFileSystemEntries(folder.Beside("temporary")));
        Assert.Equal(engine != "docker", Containers(folder).Length > 0);
        File.WriteAllText(dockerfile, before);
        folder.Commit();
        folder.Build("--generic", "--run").MustReturn(0);
        MustBeClean(folder, null, isKilled: true);
    }

    /// <summary>Whatever it was at, the tags are those from before, or those of a whole build; and the next one is undisturbed.</summary>
    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void Builds_that_are_stopped_at_any_moment_leave_all_tags_old_or_all_new(string engine)
    {
        using var folder = Folder(engine);
        var watch = Stopwatch.StartNew();
        folder.Build("--generic").MustReturn(0);
        var longest = watch.Elapsed;
        var random = new Random(7);
        for (var i = 0; i < Stops; i++)
        {
            var before = Images(folder);
            File.AppendAllText(Path.Join(folder.Installation, "dependencies", "requirements.txt"), $"# {i}\n");
            var commit = folder.Commit();
            using var process = folder.Start("image", "build", "--generic", "--network", "host");
            var said = new Lines(process);
            Thread.Sleep(longest * random.NextDouble());

            Signal(process, "TERM");

            said.WaitForEnd();
            Assert.True(process.ExitCode is 143 or 0, said.ToString());
            var after = Images(folder);
            if (process.ExitCode == 143)
            {
                Assert.Equal(before, after);
            }
            else
            {
                Assert.True(after.Keys.Count(tag => tag.Contains(commit, StringComparison.Ordinal)) == 2, $"{commit} is not in {string.Join(' ', after.Keys)}\n{said}");
            }

            MustBeClean(folder, null);
        }

        folder.Build("--generic").MustReturn(0);
        MustBeClean(folder, null);
    }

    private ImageFolder Folder(string engine)
    {
        var folder = new ImageFolder(firn, engines, engine);
        Directory.CreateDirectory(folder.Beside("temporary"));
        folder.Variables["TMPDIR"] = folder.Beside("temporary");
        if (engine != "docker")
        {
            // Whose a working container is cannot be told where other tests build.
            podman.Use(folder.Variables);
        }

        folder.Init();
        return folder;
    }

    /// <summary>A step that says that it is there, and then sleeps for a time that no other process sleeps.</summary>
    private static string AddSleep(ImageFolder folder)
    {
        var seconds = Random.Shared.Next(100_000, 999_999).ToString(CultureInfo.InvariantCulture);
        ImageFolder.Edit(Path.Join(folder.Installation, "Dockerfile"), ("\n# Install more here", $"\nRUN echo reached-$((1+1)); sleep {seconds}\n# Install more here"));
        folder.Commit();
        return seconds;
    }

    private static void MustBeClean(ImageFolder folder, string? sleep, bool isKilled = false)
    {
        if (sleep is not null)
        {
            // docker's daemon ends the step when its client has gone.
            Wait.Until(() => new ProcessRunner().Run(Part.Program("pgrep"), "-f", $"sleep {sleep}$").ExitCode == 1);
        }

        // Of buildah its cache of mounts lies there, too, and of a step that was killed with it the few kilobytes that describe it.
        Assert.DoesNotContain(
            Directory.GetFileSystemEntries(folder.Beside("temporary")),
            path => !Path.GetFileName(path).StartsWith(isKilled ? "buildah" : "buildah-cache", StringComparison.Ordinal));
        Assert.Empty(Containers(folder));
        Assert.DoesNotContain(Images(folder).Keys, static tag => tag.StartsWith("firn-", StringComparison.Ordinal));
    }

    private static string[] Containers(ImageFolder folder)
    {
        // docker's are shared by all tests: those of firn have names, and one that is whole is not of a process that is no more.
        var listed = folder.Ask(folder.Engine switch
        {
            "docker" => ["ps", "--all", "--format", "{{.Names}} {{.Image}}"],
            "podman" => ["ps", "--all", "--external", "--format", "{{.Names}}"],
            _ => ["containers", "--noheading", "--format", "{{.ContainerName}}"],
        }).MustReturn(0).StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return folder.Engine == "docker" ? [.. listed.Where(line => line.Contains(folder.ProjectName, StringComparison.Ordinal))] : listed;
    }

    private static Dictionary<string, string> Images(ImageFolder folder) =>
        folder.Ask(folder.Engine == "buildah" ? ["images", "--format", "{{.Name}} {{.Tag}} {{.ID}}"] : ["images", "--format", "{{.Repository}} {{.Tag}} {{.ID}}"])
            .MustReturn(0).StandardOutput.Split('\n').Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length == 3 && words[0].EndsWith(folder.Name, StringComparison.Ordinal) && words[1] != "<none>")
            .ToDictionary(static words => words[1], static words => words[2]);

    private static IEnumerable<int> Below(int process)
    {
        var children = new ProcessRunner().Run(Part.Program("pgrep"), "-P", Text(process)).StandardOutput
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => int.Parse(line, CultureInfo.InvariantCulture)).ToList();
        return children.Concat(children.SelectMany(Below));
    }

    private static void Signal(Process process, string signal) =>
        new ProcessRunner().Run(Part.Program("kill"), "-" + signal, Text(process.Id));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What a process says, as it says it.</summary>
    private sealed class Lines
    {
        private readonly StringBuilder _text = new();
        private readonly Process _process;

        public Lines(Process process)
        {
            _process = process;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += (_, line) =>
            {
                lock (_text)
                {
                    _text.Append(line.Data is null ? string.Empty : line.Data + "\n");
                }
            };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public void WaitFor(string text)
        {
            for (var i = 0; i < 3000 && !ToString().Contains(text, StringComparison.Ordinal); i++)
            {
                Assert.False(_process.HasExited && i > 10 && !ToString().Contains(text, StringComparison.Ordinal), ToString());
                Thread.Sleep(100);
            }

            Assert.Contains(text, ToString());
        }

        public void WaitForEnd()
        {
            Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(2)), ToString());
            // And until all was read.
            _process.WaitForExit();
        }

        public override string ToString()
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }
}

/// <summary>A storage of podman's and buildah's that nobody else has.</summary>
public sealed class OwnPodman : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private OwnEngine? _engine;

    internal void Use(Dictionary<string, string?> variables) => (_engine ??= new OwnEngine("podman", _folder.Root)).Use(variables);

    public void Dispose()
    {
        _engine?.Dispose();
        _folder.Dispose();
    }
}
