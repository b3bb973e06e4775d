using System.Text;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>Commands that <c>firn run</c> starts: their exit codes, what they print, and what is kept of them.</summary>
public sealed class RunTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableTheory]
    [InlineData("exit 0", 0, "succeeded")]
    [InlineData("exit 7", 7, "failed")]
    [InlineData("exit 139", 139, "failed")]
    [InlineData("kill -KILL $$", 137, "failed")]
    public void Exit_code_is_the_commands_own(string script, int code, string status)
    {
        using var folder = new RunFolder(firn);

        folder.Firn("run", "--", "sh", "-c", script).MustReturn(code);

        Assert.Equal(status, folder.Status("adhoc/sh@1"));
        var execution = folder.Execution("adhoc/sh@1");
        Assert.Equal(code, execution.GetProperty("exit_code").GetInt32());
        Assert.Equal(script.Contains("KILL"), execution.TryGetProperty("signal", out _));
    }

    [SkippableFact]
    public void Output_and_log_have_every_byte_in_order()
    {
        using var folder = new RunFolder(firn);
        folder.Write(
            "print.py",
            """
            import os
            for i in range(200):
                os.write(1, bytes(range(256)) * 40)
            os.write(2, b"\xff\x80 error without end")
            """);

        var result = folder.Firn("run", "--", "python", "print.py").MustReturn(0);

        var expected = Enumerable.Repeat(Enumerable.Range(0, 256).Select(i => (byte)i).ToArray(), 200 * 40).SelectMany(b => b).ToArray();
        var log = folder.Fetch("adhoc/python@1", "run.log");
        Assert.Equal(expected.Length + 20, log.Length);
        Assert.Equal(expected, Without(log, [0xff, 0x80, .. " error without end"u8]));
        Assert.Contains(" error without end", result.StandardError);
    }

    [SkippableFact]
    public void Arguments_variables_and_folder_arrive_as_they_are()
    {
        using var folder = new RunFolder(firn);
        folder.Write("show.py", "import sys, os; print(sys.argv[1:], os.getcwd(), sys.prefix, sys.stdin.read())");

        var result = folder.Firn("run", "--as", "a b/ä", "--", "python", "show.py", "", "-x", "--", "ü \n'\"");

        result.MustReturn(0);
        Assert.Equal(
            $"['', '-x', '--', 'ü \\n\\'\"'] {folder.Work} {folder.Work}/.venv \n", result.StandardOutput);
        Assert.Equal("succeeded", folder.Status("a b/ä@1"));
    }

    [SkippableFact]
    public void Outputs_inputs_environment_and_code_are_kept()
    {
        using var folder = new RunFolder(firn);
        folder.Install("snow", "1.0");
        folder.Write("data.csv", "1,2\n");
        folder.Write(
            "train.py",
            """
            import os, snow
            os.makedirs("out/deep")
            open("out/deep/a.txt", "w").write("a")
            open("run.json", "w").write("mine")
            """);

        folder.Firn(
            "run", "--input", "data.csv", "--output", "out", "--output", "run.json", "--threads", "2", "--", "python", "train.py")
            .MustReturn(0);

        var execution = folder.Execution("adhoc/python@1");
        Assert.Equal("a"u8.ToArray(), folder.Fetch("adhoc/python@1", "out/deep/a.txt"));
        Assert.Equal("mine"u8.ToArray(), folder.Fetch("adhoc/python@1", "outputs/run.json"));
        Assert.Contains("snow==1.0", Encoding.UTF8.GetString(folder.Fetch("adhoc/python@1", "environment-pip.txt")));
        Assert.Equal(File.ReadAllBytes(Path.Join(folder.Work, "train.py")), folder.Fetch("adhoc/python@1", "code/train.py"));
        Assert.Equal("data.csv", execution.GetProperty("inputs")[0].GetProperty("path").GetString());
        Assert.Equal("2", execution.GetProperty("variables").GetProperty("OMP_NUM_THREADS").GetString());
        Assert.Contains("\"snow\"", Encoding.UTF8.GetString(folder.Fetch("adhoc/python@1", "observation.json")));
    }

    [SkippableFact]
    public void Missing_output_fails_the_run_and_is_named()
    {
        using var folder = new RunFolder(firn);

        var result = folder.Firn("run", "--output", "model.bin", "--", "true").MustReturn(1);

        Assert.Contains("the output model.bin of adhoc/true is missing", result.StandardError);
        Assert.Equal("failed", folder.Status("adhoc/true@1"));
        Assert.Equal("model.bin", folder.Execution("adhoc/true@1").GetProperty("missing_outputs")[0].GetString());
    }

    [SkippableTheory]
    [InlineData("nosuch", 127, "nosuch: command not found")]
    [InlineData("./plain.txt", 126, "permission denied")]
    [InlineData("./none", 127, "no such file")]
    [InlineData("/", 126, "it is a folder")]
    public void Command_that_cannot_be_started_has_a_shells_code(string command, int code, string message)
    {
        using var folder = new RunFolder(firn);
        folder.Write("plain.txt", "words");

        var result = folder.Firn("run", "--", command).MustReturn(code);

        Assert.Contains(message, result.StandardError);
        Assert.DoesNotContain("adhoc", folder.Firn("results", "list").StandardOutput);
    }

    [SkippableTheory]
    [InlineData("firn run -- python train.py", "run", "python", "train.py")]
    [InlineData("there is no option '--epochs'", "run", "--epochs")]
    [InlineData("there is no command after", "run", "--")]
    [InlineData("--threads is a number from 1 on", "run", "--threads", "0", "--", "true")]
    [InlineData("cannot read the input none.csv", "run", "--input", "none.csv", "--", "true")]
    [InlineData("names a run", "run", "--as", "a/b@1", "--", "true")]
    [InlineData("there is no firn.yaml", "run")]
    [InlineData("no Python environment at", "run", "--env", "nowhere", "--", "true")]
    public void Firns_own_failures_have_a_code_of_their_own(string message, params string[] arguments)
    {
        using var folder = new RunFolder(firn);

        var result = folder.Firn(arguments).MustReturn(125);

        Assert.Contains(message, result.StandardError);
        Assert.Contains("hint: ", result.StandardError);
    }

    [SkippableFact]
    public void Store_that_breaks_during_the_run_leaves_outputs_and_log_and_says_both()
    {
        using var folder = new RunFolder(firn);
        var store = folder.PathOf("store");

        var result = folder.Firn(
            "run", "--no-archive", "--output", "o.txt", "--", "sh", "-c", $"echo told; echo o > o.txt; rm -r {store}; touch {store}; exit 3")
            .MustReturn(125);

        Assert.Contains("the command ended with exit code 3, but the run could not be kept", result.StandardError);
        Assert.Equal("o\n", File.ReadAllText(Path.Join(folder.Work, "o.txt")));
        var log = result.StandardError.Split("its log is in ")[1].Split(';')[0];
        Assert.Equal("told\n", File.ReadAllText(Path.Join(log, "run.log")));
        Directory.Delete(log, recursive: true);
    }

    [SkippableFact]
    public void Reader_that_goes_away_ends_the_command_as_without_firn()
    {
        using var folder = new RunFolder(firn);
        var shell = new ProcessRunner { WorkingDirectory = folder.Work, Timeout = TimeSpan.FromSeconds(60) };

        var result = shell.Run(
            "/bin/bash", "-c", $"FIRN_STORE={folder.PathOf("store")} {firn.Executable} run --no-archive -- yes | head -n 1; echo ${{PIPESTATUS[0]}}");

        Assert.Equal("y\n141\n", result.StandardOutput);
    }

    private static byte[] Without(byte[] content, byte[] part)
    {
        var at = content.AsSpan().IndexOf(part);
        Assert.True(at >= 0);
        return [.. content[..at], .. content[(at + part.Length)..]];
    }
}
