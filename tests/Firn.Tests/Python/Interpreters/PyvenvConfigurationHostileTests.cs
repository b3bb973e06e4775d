using Firn.Python.Interpreters;

namespace Firn.Tests.Python.Interpreters;

/// <summary>Inputs that the fuzzer found.</summary>
public sealed class PyvenvConfigurationHostileTests
{
    [Fact]
    public void Parse_a_value_with_a_nul_is_no_value()
    {
        var configuration = PyvenvConfiguration.Parse("home=/opt\0\nhome = /usr/bin\nbase-prefix = \0\nbase-executable=/x\0y\n");

        Assert.Equal("/usr/bin", configuration.Home);
        Assert.Null(configuration.BasePrefix);
        Assert.Null(configuration.BaseExecutable);
    }
}
