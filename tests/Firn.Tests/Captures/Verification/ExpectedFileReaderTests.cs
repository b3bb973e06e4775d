using Firn.Captures.Verification;
using Firn.Common;
using Firn.Python.Distributions;
using Firn.Tests.Documents;

namespace Firn.Tests.Captures.Verification;

public sealed class ExpectedFileReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>As RECORD of Debian's python3-pip 23.0.1 has it, whose scripts are in /usr/bin.</summary>
    [Theory]
    [InlineData("../scripts/tool")]
    [InlineData("../../../bin/tool")]
    [InlineData("../../../share/man/man1/tool.1")]
    public void What_a_system_package_has_moved_out_of_its_folder_is_not_expected(string listed)
    {
        Assert.DoesNotContain(Read(DistributionOwner.System, listed), static path => path.Contains("tool", StringComparison.Ordinal));
        Assert.Contains(Read(DistributionOwner.Pip, listed), static path => path.Contains("tool", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_gone_from_a_system_packages_own_folder_is_expected() =>
        Assert.Contains(Read(DistributionOwner.System, "tool/gone.py"), static path => path.EndsWith("/tool/gone.py", StringComparison.Ordinal));

    private IEnumerable<string> Read(DistributionOwner owner, string listed)
    {
        var site = Path.Join(_folder.Path, "usr", "lib", "python3", "dist-packages");
        var metadata = Path.Join(site, "tool-1.0.dist-info");
        Directory.CreateDirectory(metadata);
        File.WriteAllText(Path.Join(metadata, "RECORD"), $"{listed},sha256=bR8ZsX7zq5ttNTK-IZh2a7FwnIPaamaEFSuK8ZMNpvo,221\ntool-1.0.dist-info/RECORD,,\n");
        var full = FullCapture.Create();
        var capture = full with
        {
            Conda = null,
            Distributions = [new Distribution { Name = "tool", CanonicalName = "tool", Version = "1.0", MetadataPath = metadata, Location = site, Owner = owner }],
        };
        return new ExpectedFileReader(capture, new List<Problem>()).Read().Select(static file => file.Path);
    }
}
