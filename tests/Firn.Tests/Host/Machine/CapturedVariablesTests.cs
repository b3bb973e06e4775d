using Firn.Host.Machine;

namespace Firn.Tests.Host.Machine;

public sealed class CapturedVariablesTests
{
    [Fact]
    public void Read_takes_the_listed_ones_sorted_and_no_secret()
    {
        using var machine = new HostMachine();
        var variables = CapturedVariables.Read(machine.With(new()
        {
            ["PYTHONHASHSEED"] = "0",
            ["OMP_NUM_THREADS"] = "4",
            ["AWS_SECRET_ACCESS_KEY"] = "hidden",
            ["GITHUB_TOKEN"] = "hidden",
            ["OMP_PASSWORD"] = "hidden",
            ["omp_num_threads"] = "9",
            ["PIP_INDEX_URL"] = "https://user:hidden@host/simple",
            ["PYTHONPATH"] = "/data/t/lib",
            ["XLA_FLAGS"] = "--a=1 https://user:hidden@host/x,https://me:hidden@host/y",
        }));

        Assert.Equal(
            [
                new("OMP_NUM_THREADS", "4"),
                new("PYTHONHASHSEED", "0"),
                new("PYTHONPATH", "/data/t/lib"),
                new("XLA_FLAGS", "--a=1 https://host/x,https://host/y"),
            ],
            variables.ToArray());
    }

    [Theory]
    [InlineData("MKL_CBWR", VariableKinds.CpuDispatch, true)]
    [InlineData("LD_PRELOAD", VariableKinds.Loader, true)]
    [InlineData("TMPDIR", VariableKinds.Io, false)]
    [InlineData("SOURCE_DATE_EPOCH", VariableKinds.Build, false)]
    public void Kind_says_whether_numbers_change(string name, string kind, bool changes)
    {
        Assert.Equal(kind, VariableKinds.Of(name));
        Assert.Equal(changes, VariableKinds.ChangeNumbers(kind));
    }
}
