using System.Globalization;
using Firn.Projects;

namespace Firn.Tests.Projects;

public sealed class ThreadVariablesTests
{
    [Theory]
    [InlineData(1, "--xla_cpu_multi_thread_eigen=false")]
    [InlineData(8, "--xla_cpu_multi_thread_eigen=true")]
    public void For_sets_every_count_and_fixes_it(int threads, string xla)
    {
        var variables = ThreadVariables.For(threads);

        Assert.Equal(ThreadVariables.Names, variables.Keys);
        Assert.Equal("FALSE", variables["OMP_DYNAMIC"]);
        Assert.Equal("FALSE", variables["MKL_DYNAMIC"]);
        Assert.Equal(xla, variables["XLA_FLAGS"]);
        Assert.All(
            variables.Where(variable => variable.Key is not ("OMP_DYNAMIC" or "MKL_DYNAMIC" or "XLA_FLAGS")),
            variable => Assert.Equal(threads.ToString(CultureInfo.InvariantCulture), variable.Value));
    }

    [Fact]
    public void For_refuses_none() => Assert.Throws<ArgumentOutOfRangeException>(() => ThreadVariables.For(0));

    [Theory]
    [InlineData(null, "--o=1 w")]
    [InlineData("", "--o=1 w")]
    [InlineData(" ", "--o=1 w")]
    [InlineData("--xla_dump_to=/x", "--o=1 w --xla_dump_to=/x")]
    [InlineData("--xla_cpu_multi_thread_eigen=true", "--xla_cpu_multi_thread_eigen=true")]
    [InlineData("/home/me/flags.txt", "/home/me/flags.txt")]
    public void XLA_flags_keep_what_is_set(string? set, string expected) =>
        Assert.Equal(expected, ThreadVariables.WithXlaOptions("--o=1 w", set));

    /// <summary>The page names each variable, so that users find who reads it.</summary>
    [Fact]
    public void Each_variable_is_documented()
    {
        var page = File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "threads.md"));

        Assert.All(ThreadVariables.Names, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }
}
