using System.Collections.Concurrent;
using System.Diagnostics;
using Firn.Captures;
using Firn.Common;
using Firn.Runs.Observation;
using Firn.Workflows;

namespace Firn.Tests.Workflows;

/// <summary>Runs in a process that does other things beside.</summary>
public sealed class RunProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void Runs_at_once_leave_each_other_and_children_of_the_process_alone()
    {
        RequirePython();
        using var other = Process.Start(new ProcessStartInfo("/bin/sleep", "600"))!;
        var runs = new ConcurrentBag<RunResult>();

        Parallel.For(0, 6, _ => runs.Add(Run(RunStreams.None, "sleep 0.2")));

        Assert.All(runs, static run => Assert.Equal(0, run.ExitCode));
        Assert.Equal(6, runs.Select(static run => run.Reference).Distinct().Count());
        Assert.False(other.HasExited);
        other.Kill();
        other.WaitForExit();
    }

    [SkippableFact]
    public void What_a_command_leaves_behind_is_ended()
    {
        RequirePython();
        using var output = new MemoryStream();

        var run = Run(RunStreams.To(output, output), "setsid sleep 600 & echo $!");

        Assert.Equal(0, run.ExitCode);
        var left = System.Text.Encoding.UTF8.GetString(output.ToArray()).Trim();
        Assert.False(Directory.Exists($"/proc/{left}"));
    }

    [SkippableFact]
    public void A_sink_that_throws_ends_nothing_but_its_output()
    {
        RequirePython();
        var closed = new MemoryStream();
        closed.Dispose();

        Assert.Equal(0, Run(RunStreams.To(closed, closed), "echo a").ExitCode);
    }

    private static void RequirePython()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        Part.Require("/usr/bin/python3");
    }

    private RunResult Run(RunStreams streams, string script) => new RunProgram(new SystemContext
    {
        Variables = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["XDG_DATA_HOME"] = _folder["data"] },
        HomeDirectory = _folder["home"],
        CurrentDirectory = _folder.Path,
    }).Run(
        new RunProgramRequest
        {
            Command = ["sh", "-c", script],
            Label = "tests/at-once",
            Environment = new InspectionRequest { Environment = "/usr/bin/python3" },
            Options = new RunOptions { Store = "store", IsArchived = false, Observes = ObservationMode.Off },
        },
        streams);
}
