using System.Text;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Captures;

/// <summary>A capture starts nothing and changes nothing.</summary>
[Collection(MachinePythons.Name)]
public sealed class UntouchedTests(PublishedFirn firn)
{
    [SkippableTheory]
    [InlineData("system")]
    [InlineData("3.11")]
    public void Capture_leaves_the_environment_byte_for_byte_as_it_was(string name)
    {
        var python = RealPython.Of(name);
        var prefix = name == "system" ? "/usr/lib/python3" : Path.GetDirectoryName(Path.GetDirectoryName(python))!;
        var before = State(prefix);
        using var folder = new TemporaryFolder();

        firn.Run("capture", python, "--output", folder.PathOf("capture")).MustReturn(0);
        firn.Run("capture", python).MustReturn(0);
        firn.Run("export", python, "--format", "cyclonedx").MustReturn(0);
        firn.Run("diff", python, python).MustReturn(0);

        Assert.Equal(before, State(prefix));
    }

    [SkippableFact]
    public void Capture_leaves_an_editable_projects_repository_as_it_was()
    {
        using var environment = new PlainEnvironment();
        var project = SourceProject.Modern(environment.Root + "/project", "edited", "https://example.org/p.git");
        environment.AddEditable("edited", "file://" + project, project);
        // A changed time makes `git status` refresh its index; a reader may not.
        File.SetLastWriteTimeUtc(project + "/edited.py", new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var before = State(environment.Root);

        firn.Run("capture", environment.Prefix, "--json").MustReturn(0);

        Assert.Equal(before, State(environment.Root));
    }

    [SkippableTheory]
    [InlineData("capture")]
    [InlineData("export", "--format", "pip")]
    [InlineData("export", "--format", "cyclonedx")]
    public void Commands_with_an_empty_PATH_start_no_process(string command, params string[] options)
    {
        var strace = Part.Program("strace");
        using var environment = new PlainEnvironment();
        var project = SourceProject.Modern(environment.Root + "/project", "edited", "https://example.org/p.git");
        environment.AddEditable("edited", "file://" + project, project);
        var trace = environment.Root + "/trace";
        var runner = new ProcessRunner { Variables = new Dictionary<string, string?> { ["PATH"] = string.Empty } };

        runner.Run(
            strace, ["-f", "-e", "trace=process", "-o", trace, firn.Executable, command, environment.Prefix, .. options])
            .MustReturn(0);

        var calls = File.ReadLines(trace).ToList();
        Assert.Single(calls, call => call.Contains("execve(") || call.Contains("execveat("));
        Assert.DoesNotContain(calls, call => call.Contains(" fork(") || call.Contains("vfork("));
        Assert.DoesNotContain(calls, call => call.Contains(" clone") && !call.Contains("CLONE_THREAD")
            && !call.Contains("resumed>"));
    }

    [SkippableFact]
    public void Capture_without_any_variable_works()
    {
        using var environment = new PlainEnvironment();

        new ProcessRunner().Run(
            "/usr/bin/env", "-i", $"DOTNET_ROOT={Path.GetDirectoryName(Environment.ProcessPath)}",
            firn.Executable, "capture", environment.Prefix).MustReturn(0);
    }

    // Names, kinds, modes, owners, sizes, times of contents and of the inode; then the contents. No access times.
    private static string State(string folder) => new ProcessRunner { Encoding = Encoding.Latin1 }.Run(
        "/bin/sh", "-c",
        $"find {folder} -printf '%P %y %m %U %s %T@ %C@ %l\\n' | sort; "
        + $"find {folder} -type f -print0 | sort -z | xargs -0 cat | sha256sum").MustReturn(0).StandardOutput;
}
