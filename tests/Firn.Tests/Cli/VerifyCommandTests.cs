using System.Text.Json;
using Firn.Cli;

namespace Firn.Tests.Cli;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly CommandMachine _machine = new();

    public VerifyCommandTests()
    {
        _machine.Virtual("home/work/project/env");
        _machine.Run("capture", "env", "-o", "capture").AssertDone();
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Unchanged_environment_is_equal_as_recorded() =>
        Assert.StartsWith(
            "Equal as recorded: ", _machine.Run("verify", "capture", "env").AssertDone().Output, StringComparison.Ordinal);

    [Fact]
    public void Changed_environment_exits_with_3()
    {
        _machine.Uninstall("home/work/project/env", "other", "2.5");

        var run = _machine.Run("verify", "capture", "env", "--json");

        Assert.Equal(ExitCodes.Different, run.ExitCode);
        using var document = JsonDocument.Parse(run.Output);
        Assert.False(document.RootElement.GetProperty("equal").GetBoolean());
        Assert.Equal("other", document.RootElement.GetProperty("differences")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Variable_counts_only_where_strict()
    {
        _machine.Variables["OMP_NUM_THREADS"] = "4";

        var run = _machine.Run("verify", "capture", "env").AssertDone();

        Assert.Contains("+ OMP_NUM_THREADS  4", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Different, _machine.Run("verify", "capture", "env", "--strict").ExitCode);
    }

    [Fact]
    public void Reference_without_store_says_so()
    {
        var run = _machine.Run("verify", "firn1:sha256:0123456789abcdef", "env", "--store", "nowhere");

        Assert.Equal(ExitCodes.NoStore, run.ExitCode);
    }
}
