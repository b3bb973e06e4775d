using Firn.Common;
using Firn.Host.Machine;

namespace Firn.Tests.Host.Machine;

/// <summary>Inputs that the fuzzer found.</summary>
public sealed class GpuReaderHostileTests
{
    [Fact]
    public void Read_a_toolkit_whose_version_is_no_utf8_has_none()
    {
        using var folder = new TemporaryFolder();
        folder.Write("usr/local/cuda/version.json", [.. "{\"cuda\":{\"version\":\"\\ud800\"}}"u8]);
        Assert.Null(GpuReader.Read(Machine(folder.Path)).CudaToolkit);

        folder.Write("usr/local/cuda/version.json", [.. "{\"cuda\":{\"version\":\""u8, 0xC0, 0x80, .. "\"}}"u8]);
        Assert.Null(GpuReader.Read(Machine(folder.Path)).CudaToolkit);

        folder.Write("usr/local/cuda/version.json", [.. "{\"cuda\":{\"version\":\"12.1.0\"}}"u8]);
        Assert.Equal("12.1.0", GpuReader.Read(Machine(folder.Path)).CudaToolkit);
    }

    private static SystemContext Machine(string root) => new()
    {
        Variables = new Dictionary<string, string>(),
        HomeDirectory = "/",
        CurrentDirectory = "/",
        RootDirectory = root,
    };
}
