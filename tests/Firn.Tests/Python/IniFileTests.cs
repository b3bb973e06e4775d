using System.Text;
using Firn.Python;

namespace Firn.Tests.Python;

public sealed class IniFileTests
{
    [Fact]
    public void Value_of_several_lines_is_joined()
    {
        using var folder = new TemporaryFolder();

        var file = IniFile.Read(folder.Write("pip.conf", "[global]\nFind_Links =\n  a\n\n  b\n[freeze]\n find-links = c\n"));

        Assert.Equal("\na\nb", file?.Value("global", "find-links"));
        Assert.Equal("c", file?.Value("freeze", "find-links"));
        Assert.Null(file?.Value("global", "other"));
    }

    /// <summary>The fuzzer found that each further line copied all before it: 12 GiB for 750 KiB.</summary>
    [Fact]
    public void Read_many_further_lines_takes_memory_in_proportion()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("pip.conf", "[global]\nfind-links =\n" + new StringBuilder().Insert(0, "  x\n", 200_000));

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = IniFile.Read(path);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    [Fact]
    public void Read_a_long_section_with_many_keys_is_quick()
    {
        using var folder = new TemporaryFolder();
        var keys = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"k{i}=\n"));
        var path = folder.Write("pip.conf", "[" + new string('x', 512 * 1024) + "]\n" + keys);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        _ = IniFile.Read(path);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
