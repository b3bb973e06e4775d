using System.Text.Json;
using Firn.Common;
using Firn.Host.Machine;
using Firn.Python.Candidates;
using Firn.Python.Indexes;

namespace Firn.Tests.Python.Candidates;

public sealed class WheelTagsTests
{
    private const string Script = """
        import json, platform, sys
        from pip._vendor.packaging.tags import sys_tags
        print(json.dumps([list(sys.version_info[:2]), sys.abiflags, platform.machine(), [str(t) for t in sys_tags()]]))
        """;

    private const string MacScript = """
        import json
        from pip._vendor.packaging.tags import mac_platforms
        print(json.dumps([list(mac_platforms(v, a)) for v in [(10, 9), (10, 15), (11, 3), (14, 2)] for a in ["x86_64", "arm64"]]))
        """;

    private const string ThreadedScript = """
        import json
        from pip._vendor.packaging.tags import cpython_tags, compatible_tags
        tags = list(cpython_tags((3, 13), ["cp313t"], ["linux_x86_64"])) + list(compatible_tags((3, 13), "cp313", ["linux_x86_64"]))
        print(json.dumps([str(t) for t in tags if "abi3t" not in t.abi]))
        """;

    [SkippableFact]
    public void Of_every_python_here_is_the_list_of_its_packaging()
    {
        foreach (var python in Pythons.WithPackaging())
        {
            var truth = JsonDocument.Parse(Part.Run(python, "-c", Script)).RootElement;
            var machine = truth[2].GetString()!;
            var libc = LibcReader.Read(SystemContext.OfThisProcess(), machine);

            var tags = WheelTags.Of(
                "cpython", truth[0][0].GetInt32(), truth[0][1].GetInt32(), truth[1].GetString()!, PlatformTags.Linux(machine, libc));

            // packaging before 22 did not list cp37-none-any.
            var expected = truth[3].EnumerateArray().Select(tag => tag.GetString()).ToList();
            var generic = tags.Interpreter + "-none-any";
            Assert.Equal(expected, tags.Tags.Where(tag => tag != generic || expected.Contains(generic)));
        }
    }

    [SkippableFact]
    public void MacOs_is_the_list_of_packaging()
    {
        var truth = JsonDocument.Parse(Part.Run(Pythons.WithPackaging()[^1], "-c", MacScript)).RootElement;
        (int Major, int Minor)[] versions = [(10, 9), (10, 15), (11, 3), (14, 2)];
        string[] machines = ["x86_64", "arm64"];
        var mine = from version in versions from machine in machines select PlatformTags.MacOs(version.Major, version.Minor, machine);

        Assert.Equal(truth.EnumerateArray().Select(list => list.EnumerateArray().Select(tag => tag.GetString()!)), mine.Select(list => list.AsEnumerable()));
    }

    [SkippableFact]
    public void Of_a_free_threaded_python_has_no_abi3()
    {
        var truth = JsonDocument.Parse(Part.Run(Pythons.WithPackaging()[^1], "-c", ThreadedScript)).RootElement;

        var tags = WheelTags.Of("cpython", 3, 13, "t", ["linux_x86_64"]).Tags;

        Assert.Equal(truth.EnumerateArray().Select(tag => tag.GetString()), tags.Where(tag => !tag.Contains("abi3t", StringComparison.Ordinal)));
        Assert.Equal("cp313-abi3t-linux_x86_64", tags[1]);
    }

    [Fact]
    public void Linux_lists_older_names_and_musl()
    {
        Assert.Equal(
            ["manylinux_2_18_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64", "linux_aarch64"],
            PlatformTags.Linux("aarch64", new LibcFacts("glibc", "2.18")).AsEnumerable());
        Assert.Equal(
            ["musllinux_1_2_x86_64", "musllinux_1_1_x86_64", "musllinux_1_0_x86_64", "linux_x86_64"],
            PlatformTags.Linux("x86_64", new LibcFacts("musl", "1.2.4")).AsEnumerable());
        Assert.Equal(["manylinux1_x86_64", "linux_x86_64"], PlatformTags.Linux("x86_64", new LibcFacts("glibc", "2.17")).TakeLast(2));
        Assert.Equal(["linux_x86_64"], PlatformTags.Linux("x86_64", null).AsEnumerable());
        Assert.Equal(["linux_x86_64"], PlatformTags.Linux("x86_64", new LibcFacts("glibc", "2.99999")).AsEnumerable());
    }

    [Theory]
    [InlineData("a-1-py2.py3-none-any.whl", true)]
    [InlineData("a-1-cp38-abi3-manylinux2014_x86_64.whl", true)]
    [InlineData("a-1-cp312-cp312-manylinux2014_x86_64.whl", false)]
    [InlineData("a-1-cp311-cp311-manylinux_2_99_x86_64.whl", false)]
    [InlineData("a-1-cp311-cp311-win_amd64.whl", false)]
    public void RankOf_tells_whether_a_wheel_fits(string name, bool fits) =>
        Assert.Equal(fits, Cp311().RankOf(WheelFileName.Parse(name)!) is not null);

    [Fact]
    public void RankOf_a_name_that_promises_everything_is_quick()
    {
        var many = string.Join('.', Enumerable.Range(0, 5000).Select(i => "x" + i));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.Null(Cp311().RankOf(WheelFileName.Parse($"a-1-{many}-{many}-{many}.whl")!));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private static WheelTags Cp311() =>
        WheelTags.Of("cpython", 3, 11, "", PlatformTags.Linux("x86_64", new LibcFacts("glibc", "2.36")));
}
