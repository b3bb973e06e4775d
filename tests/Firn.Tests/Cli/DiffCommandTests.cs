using System.Text.Json;
using Firn.Cli;

namespace Firn.Tests.Cli;

public sealed class DiffCommandTests : IDisposable
{
    private readonly CommandMachine _machine = new();

    public DiffCommandTests() => _machine.Virtual("home/work/project/env");

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Equal_environments_are_equal_as_recorded()
    {
        _machine.Virtual("home/work/project/copy");
        _machine.Run("capture", "env", "-o", "capture").AssertDone();

        foreach (var second in (string[])["env", "copy", "capture", "capture/environment.json"])
        {
            var run = _machine.Run("diff", "env", second).AssertDone();

            Assert.StartsWith("Equal as recorded\nEnvironment id  firn1:sha256:", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Different_environments_exit_with_3()
    {
        _machine.Run("capture", "env", "-o", "capture").AssertDone();
        Change();

        var run = _machine.Run("diff", "capture", "env");

        Assert.Equal(ExitCodes.Different, run.ExitCode);
        Assert.Equal(string.Empty, run.Error);
        Assert.Equal(
            """
            Packages (3)
              + fresh      0.1
              - other      2.5
              ~ plain-pkg  1.0 -> 1.1

            The environments differ

            """,
            run.Output);
    }

    [Fact]
    public void Json_of_different_environments_lists_the_differences()
    {
        _machine.Run("capture", "env", "-o", "capture").AssertDone();
        Change();

        var run = _machine.Run("diff", "capture", "env", "--json");

        Assert.Equal(ExitCodes.Different, run.ExitCode);
        using var document = JsonDocument.Parse(run.Output);
        var root = document.RootElement;
        Assert.Equal("firn.diff/1", root.GetProperty("schema").GetString());
        Assert.False(root.GetProperty("equal").GetBoolean());
        Assert.False(root.GetProperty("equal_environments").GetBoolean());
        Assert.NotEqual(
            root.GetProperty("first_environment_id").GetString(), root.GetProperty("second_environment_id").GetString());
        Assert.Equal(
            ["added fresh (none) 0.1", "removed other 2.5 (none)", "changed plain-pkg 1.0 1.1"],
            root.GetProperty("differences").EnumerateArray().Select(Text));
        Assert.All(
            root.GetProperty("differences").EnumerateArray(),
            item => Assert.Equal("package", item.GetProperty("kind").GetString()));
    }

    [Fact]
    public void Json_of_equal_environments_has_no_difference()
    {
        var run = _machine.Run("diff", "env", "env", "--json").AssertDone();

        using var document = JsonDocument.Parse(run.Output);
        var root = document.RootElement;
        Assert.True(root.GetProperty("equal").GetBoolean());
        Assert.True(root.GetProperty("equal_environments").GetBoolean());
        Assert.Equal(0, root.GetProperty("differences").GetArrayLength());
        Assert.StartsWith("firn1:sha256:", root.GetProperty("first_environment_id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Variable_that_differs_leaves_the_environments_equal()
    {
        _machine.Run("capture", "env", "-o", "capture").AssertDone();
        _machine.Variables["OMP_NUM_THREADS"] = "4";

        var run = _machine.Run("diff", "capture", "env");

        Assert.Equal(ExitCodes.Different, run.ExitCode);
        Assert.Contains("Variables (1)\n  + OMP_NUM_THREADS  4\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("The environments are equal as recorded (firn1:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Torn_capture_fails()
    {
        File.WriteAllText(Path.Join(_machine.Current, "torn.json"), "{\"schema\": \"firn.environment/1\", ");

        var run = _machine.Run("diff", "torn.json", "env");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        run.AssertFailed("torn.json");
    }

    [Fact]
    public void Capture_of_a_later_schema_fails()
    {
        File.WriteAllText(Path.Join(_machine.Current, "later.json"), "{\"schema\": \"firn.environment/9\"}");

        var run = _machine.Run("diff", "later.json", "env");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        run.AssertFailed("firn.environment/9");
    }

    private void Change()
    {
        _machine.Uninstall("home/work/project/env", "other", "2.5");
        _machine.Uninstall("home/work/project/env", "Plain.Pkg", "1.0");
        _machine.Install("home/work/project/env", "Plain.Pkg", "1.1");
        _machine.Install("home/work/project/env", "fresh", "0.1");
    }

    private static string Text(JsonElement item) =>
        $"{Text(item, "change")} {Text(item, "name")} {Text(item, "first")} {Text(item, "second")}";

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : "(none)";
}
