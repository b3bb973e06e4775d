using System.Text.Json;
using Firn.Cli;
using Firn.Tests.Documents;

namespace Firn.Tests.Cli;

public sealed class ShowCommandTests : IDisposable
{
    private static readonly string Documents = Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "documents");

    private readonly StoreMachine _machine = new();

    public ShowCommandTests()
    {
        _machine.Write("observation.json", File.ReadAllText(Path.Join(Documents, "observation-1.json")));
        _machine.Write("environment.json", File.ReadAllText(Path.Join(Documents, "environment-1.json")));
        _machine.Write(
            "run.json",
            """
            {"schema":"firn.execution/1","command":["python","train.py","a b"],"started":"2026-11-21T10:00:00+00:00",
            "milliseconds":2345,"exit_code":139,"signal":"SIGSEGV","later":1}
            """);
    }

    [Fact]
    public void Run_is_shown_with_what_it_used()
    {
        _machine.Done("results", "add", "study/train", "observation.json", "environment.json", "run.json");

        var lines = _machine.Done("show", "study/train").Output.Split('\n');

        Assert.Contains("Run             study/train@1, succeeded", lines);
        Assert.Contains("Command         python train.py 'a b'", lines);
        Assert.Contains("Started         2026-11-21T10:00:00+00:00, 2.3 s", lines);
        Assert.Contains("Exit code       139 (SIGSEGV)", lines);
        Assert.Contains("Observed        2 processes of Python, 1 of them did not report", lines);
        Assert.Contains("Used            1: snow 1.1 (captured: 1.0)", lines);
        Assert.Contains("Not used        1: ice", lines);
        Assert.Contains("Outside         snow from /home/ana/old/snow/__init__.py, in place of snow's", lines);
    }

    [Fact]
    public void Requirements_are_pip_freezes_lines_of_what_was_used()
    {
        var observation = File.ReadAllText(Path.Join(Documents, "observation-1.json"));
        _machine.Write("observation.json", observation.Replace(
            "\"used\": [",
            """
            "used": [
              {"captured": "1.0", "modules": ["vcs"], "name": "vcs", "version": "1.0"},
              {"captured": "1.0", "modules": ["ed"], "name": "ed", "version": "1.0"},
              {"captured": "6.0", "modules": ["yaml"], "name": "PyYAML", "version": "6.0"},
            """,
            StringComparison.Ordinal));
        _machine.Done("results", "add", "study/train", "observation.json", "environment.json", "run.json");

        var shown = _machine.Run("show", "study/train@1", "--requirements");

        Assert.Equal(ExitCodes.Done, shown.ExitCode);
        Assert.Equal(
            "# Editable install with no version control (ed==1.0)\n-e /home/ana/fx/ed\nPyYAML==6.0\nsnow==1.1\n"
            + "vcs @ git+https://github.com/a/b@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
            shown.Output);
        Assert.Contains("what process", Assert.Single(shown.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_documents_of_the_run()
    {
        _machine.Done("results", "add", "study/train", "observation.json", "environment.json", "run.json");

        using var json = JsonDocument.Parse(_machine.Done("show", "study/train", "--json").Output);

        Assert.Equal("firn.show/1", json.RootElement.GetProperty("schema").GetString());
        Assert.Equal(139, json.RootElement.GetProperty("execution").GetProperty("exit_code").GetInt32());
        Assert.Equal("report", json.RootElement.GetProperty("observation").GetProperty("mode").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("run").GetProperty("number").GetInt32());
        using var schema = JsonDocument.Parse(File.ReadAllBytes(
            Path.Join(RepositoryFolder.Path, "docs", "formats", "show.schema.json")));
        using var shallow = JsonDocument.Parse("""{"schema":"firn.show/1","execution":{},"observation":{},"run":{}}""");
        Assert.Empty(new JsonSchema(schema.RootElement.Clone()).Undescribed(shallow.RootElement));
    }

    [Fact]
    public void What_is_not_there_or_damaged_is_told()
    {
        _machine.Write("plain", "x");
        _machine.Done("results", "add", "study/plain", "plain");
        _machine.Write("observation.json", "no json");
        _machine.Done("results", "add", "study/bad", "observation.json");

        Assert.Contains("Observed        no", _machine.Done("show", "study/plain").Output, StringComparison.Ordinal);
        _machine.Run("show", "study/plain", "--requirements").AssertFailed("was not observed");
        _machine.Run("show", "study/bad").AssertFailed("is not JSON");
        _machine.Run("show", "study/none").AssertFailed("has no run of study/none");
        _machine.Run("show", "study/plain@7").AssertFailed("has no run 7");
        _machine.Run("show", "study").AssertUsage("is not an analysis");
        _machine.Run("show", "study/plain", "--json", "--requirements").AssertUsage("exclude each other");
    }

    public void Dispose() => _machine.Dispose();
}
