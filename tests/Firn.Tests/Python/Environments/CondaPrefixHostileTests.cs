using Firn.Python.Environments;

namespace Firn.Tests.Python.Environments;

/// <summary>Inputs that the fuzzer found.</summary>
public sealed class CondaPrefixHostileTests
{
    [Theory]
    [InlineData("{\"pixi_version\":\"\\ud800\"}", "pixi")]
    [InlineData("{\"pixi_version\":1}", "pixi")]
    [InlineData("{", "pixi")]
    [InlineData("{\"pixi_version\":\"0.39.0\"}", "pixi 0.39.0")]
    public void Creator_of_pixi_is_told_without_a_version_that_cannot_be_read(string file, string expected)
    {
        using var folder = new Firn.Tests.TemporaryFolder();
        folder.Write("conda-meta/pixi", file);

        Assert.Equal(expected, CondaPrefixMarkers.Creator(folder.Path));
    }
}
