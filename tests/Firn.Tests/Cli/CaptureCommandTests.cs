using System.Text.Json;
using Firn.Captures.Documents;
using Firn.Cli;

namespace Firn.Tests.Cli;

public sealed class CaptureCommandTests : IDisposable
{
    private readonly CommandMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Summary_tells_the_environment_and_writes_no_file()
    {
        var prefix = _machine.Virtual("home/work/project/env");

        var run = _machine.Run("capture", "env").AssertDone();

        Assert.Contains($"Environment     {prefix} (given)\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Python          CPython 3.11.7, ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Packages        2 distributions: 2 from pip\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("Environment id  firn1:sha256:", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Conda", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("rote to", run.Output, StringComparison.Ordinal);
        Assert.Equal(["env"], Directory.GetFileSystemEntries(_machine.Current).Select(Path.GetFileName));
    }

    [Fact]
    public void Summary_of_a_conda_environment_counts_its_packages()
    {
        _machine.Conda("home/miniconda3/envs/lab");

        var run = _machine.Run("capture", _machine.At("home/miniconda3/envs/lab"));

        Assert.Equal(ExitCodes.Done, run.ExitCode);
        Assert.Contains("Conda           5 packages for linux-64, ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_lists_the_files_and_writes_them()
    {
        _machine.Virtual("home/work/project/env");

        var run = _machine.Run("capture", "env", "-o", "new/capture").AssertDone();

        Assert.Contains("Wrote to new/capture:\n", run.Output, StringComparison.Ordinal);
        Assert.Equal([CaptureFileNames.Pip, CaptureFileNames.System, Capture.FileName], Files("new/capture"));
        Assert.All(Files("new/capture"), name => Assert.Contains($"  {name} ", run.Output, StringComparison.Ordinal));
        Assert.Equal(
            "other==2.5\nPlain.Pkg==1.0\n",
            File.ReadAllText(Path.Join(_machine.Current, "new/capture", CaptureFileNames.Pip)));
    }

    [Fact]
    public void Output_of_an_earlier_conda_capture_goes_and_other_files_stay()
    {
        _machine.Virtual("home/work/project/env");
        var conda = _machine.Conda("home/miniconda3/envs/lab");
        Assert.Equal(ExitCodes.Done, _machine.Run("capture", conda, "--output", "capture").ExitCode);
        Assert.Contains(CaptureFileNames.Conda, Files("capture"));
        Assert.Contains(CaptureFileNames.CondaExplicit, Files("capture"));
        File.WriteAllText(Path.Join(_machine.Current, "capture", "notes.txt"), "mine");

        _machine.Run("capture", "env", "--output", "capture").AssertDone();

        Assert.Equal([CaptureFileNames.Pip, CaptureFileNames.System, Capture.FileName, "notes.txt"], Files("capture"));
    }

    [Fact]
    public void Output_that_is_a_file_fails_and_leaves_it()
    {
        _machine.Virtual("home/work/project/env");
        var file = Path.Join(_machine.Current, "taken");
        File.WriteAllText(file, "mine");

        var run = _machine.Run("capture", "env", "-o", "taken");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        run.AssertFailed("cannot make the folder");
        Assert.Equal("mine", File.ReadAllText(file));
    }

    [Fact]
    public void Dry_run_writes_nothing_and_makes_no_folder()
    {
        _machine.Virtual("home/work/project/env");

        var named = _machine.Run("capture", "env", "-o", "capture", "--dry-run").AssertDone();
        var unnamed = _machine.Run("capture", "env", "--dry-run").AssertDone();

        Assert.Contains("Would write to capture:\n", named.Output, StringComparison.Ordinal);
        Assert.Contains(Capture.FileName, named.Output, StringComparison.Ordinal);
        Assert.Contains("Would write to DIR:\n", unnamed.Output, StringComparison.Ordinal);
        Assert.Equal(["env"], Directory.GetFileSystemEntries(_machine.Current).Select(Path.GetFileName));
    }

    [Fact]
    public void Dry_run_leaves_an_earlier_capture_as_it_is()
    {
        _machine.Virtual("home/work/project/env");
        var conda = _machine.Conda("home/miniconda3/envs/lab");
        _machine.Run("capture", conda, "-o", "capture");
        var before = Contents("capture");

        _machine.Run("capture", "env", "-o", "capture", "--dry-run").AssertDone();

        Assert.Equal(before, Contents("capture"));
    }

    [Fact]
    public void Json_is_the_file_that_is_written()
    {
        _machine.Virtual("home/work/project/env");

        var run = _machine.Run("capture", "env", "--json", "-o", "capture").AssertDone();

        Assert.Equal(File.ReadAllText(Path.Join(_machine.Current, "capture", Capture.FileName)), run.Output);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(Capture.Schema, document.RootElement.GetProperty("schema").GetString());
    }

    [Fact]
    public void Problems_are_warnings_on_standard_error_and_in_the_document()
    {
        _machine.Virtual("home/work/project/env");
        _machine.Install("home/work/project/env", "torn", "1.0", directUrl: "{ torn");

        var run = _machine.Run("capture", "env", "--json");

        Assert.Equal(ExitCodes.Done, run.ExitCode);
        Assert.NotEmpty(run.Messages);
        Assert.All(run.Messages, line => Assert.StartsWith("warning: ", line, StringComparison.Ordinal));
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(run.Messages.Length, document.RootElement.GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public void Control_characters_of_metadata_do_not_reach_the_terminal()
    {
        _machine.Virtual("home/work/project/env\u001b[2J");

        var run = _machine.Run("capture", "env\u001b[2J").AssertDone();

        Assert.Contains("env?[2J", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    private string[] Files(string folder) =>
        [.. Directory.GetFiles(Path.Join(_machine.Current, folder)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private string[] Contents(string folder) =>
        [.. Files(folder).Select(name => $"{name}: {File.ReadAllText(Path.Join(_machine.Current, folder, name))}")];
}
