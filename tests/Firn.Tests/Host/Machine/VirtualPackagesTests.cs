using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda;
using Firn.Creation.Planning;
using Firn.Host.Machine;
using Firn.Tests.Conda.Locks;

namespace Firn.Tests.Host.Machine;

public sealed class VirtualPackagesTests
{
    private static readonly ImmutableArray<string> Haswell =
    [
        "lm", "cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe",
        "xsave", "aes", "pclmulqdq", "rdrand",
    ];

    private static readonly ImmutableArray<string> CascadeLake =
        [.. Haswell, "adx", "rdseed", "clflushopt", "xsavec", "xsaveopt", "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "clwb", "avx512_vnni"];

    [Theory]
    [InlineData("6.1.0-18-amd64", "2.36", "535.129.03", "__unix 0, __linux 6.1.0, __glibc 2.36, __cuda 12.2, __archspec 1 haswell")]
    [InlineData("4.18.0-553.el8_10.x86_64", "2.28", null, "__unix 0, __linux 4.18.0, __glibc 2.28, __archspec 1 haswell")]
    [InlineData("5.15.153.1-microsoft-standard-WSL2", "2.35", "999.1", "__unix 0, __linux 5.15.153.1, __glibc 2.35, __cuda 13.0, __archspec 1 haswell")]
    public void Detect_tells_what_CEP_30_asks_for(string kernel, string glibc, string? driver, string expected) =>
        Assert.Equal(expected, Listed(Facts(kernel, new LibcFacts("glibc", glibc), driver)));

    [Fact]
    public void Detect_has_no_glibc_where_there_is_musl() =>
        Assert.DoesNotContain("__glibc", Listed(Facts("6.1", new LibcFacts("musl", "1.2.5"), null)), StringComparison.Ordinal);

    [Theory]
    [InlineData("GLIBC", "2.17", "__unix 0, __linux 6.1, __glibc 2.17, __archspec 1 haswell")]
    [InlineData("GLIBC", "", "__unix 0, __linux 6.1, __archspec 1 haswell")]
    [InlineData("GLIBC", "../x", "__unix 0, __linux 6.1, __glibc 2.36, __archspec 1 haswell")]
    [InlineData("LINUX", "3.10", "__unix 0, __linux 3.10, __glibc 2.36, __archspec 1 haswell")]
    [InlineData("CUDA", "12.4", "__unix 0, __linux 6.1, __glibc 2.36, __cuda 12.4, __archspec 1 haswell")]
    [InlineData("ARCHSPEC", "zen3", "__unix 0, __linux 6.1, __glibc 2.36, __archspec 1 zen3")]
    [InlineData("UNIX", "", "__unix 0, __linux 6.1, __glibc 2.36, __archspec 1 haswell")]
    public void Detect_takes_overrides(string name, string value, string expected) =>
        Assert.Equal(expected, Listed(Facts("6.1", new LibcFacts("glibc", "2.36"), null), ("CONDA_OVERRIDE_" + name, value)));

    [Fact]
    public void Detect_of_this_machine_names_its_system()
    {
        var systemContext = SystemContext.OfThisProcess();
        var found = VirtualPackages.Detect(HostReader.Read(systemContext, []), CondaPlatform.OfThisMachine(), systemContext);

        Assert.Contains(found, package => package.Name is "__linux" or "__osx" or "__win");
        Assert.Single(found, package => package.Name == "__archspec");
    }

    /// <summary>archspec-json: the features of each name.</summary>
    [Fact]
    public void MicroArchitectures_names_the_processor()
    {
        Assert.Equal("haswell", MicroArchitectures.Of(Cpu("GenuineIntel", Haswell), "linux-64"));
        Assert.Equal("cascadelake", MicroArchitectures.Of(Cpu("GenuineIntel", CascadeLake), "linux-64"));
        Assert.Equal("x86_64_v3", MicroArchitectures.Of(Cpu("Unknown", Haswell), "linux-64"));
        Assert.Equal("x86_64", MicroArchitectures.Of(Cpu("Unknown", ["lm"]), "linux-64"));
        Assert.Null(MicroArchitectures.Of(Cpu("ARM", ["asimd"]), "linux-aarch64"));
    }

    [Theory]
    [InlineData("__glibc >=2.28", true)]
    [InlineData("__glibc >=2.37", false)]
    [InlineData("__glibc >=2.17,<3.0.a0", true)]
    [InlineData("__linux", true)]
    [InlineData("__unix", true)]
    [InlineData("__win", false)]
    [InlineData("__osx >=11.0", false)]
    [InlineData("__cuda", false)]
    [InlineData("__cuda >=12[when=\"x\"]", true)]
    [InlineData("__archspec 1 x86_64_v3", true)]
    [InlineData("__archspec 1.* x86_64_v4", false)]
    [InlineData("__archspec * haswell", true)]
    [InlineData("__archspec * sandybridge", true)]
    [InlineData("__archspec * skylake", false)]
    [InlineData("__archspec * zen", false)]
    [InlineData("__conda >=4", true)]
    [InlineData("python >=99", true)]
    public void Unmet_compares_with_the_machine(string depends, bool isMet)
    {
        var virtuals = VirtualPackages.Detect(
            Facts("6.1", new LibcFacts("glibc", "2.36"), null), "linux-64", LockSamples.SystemContext());
        var unmet = VirtualPackageRequirements.Unmet([("tool", [depends])], virtuals);

        Assert.Equal(isMet ? 0 : 1, unmet.Length);
        Assert.All(unmet, one => Assert.StartsWith($"tool needs {depends}", one.Text, StringComparison.Ordinal));
    }

    private static string Listed(HostFacts facts, params (string, string)[] variables) =>
        string.Join(", ", VirtualPackages.Detect(facts, "linux-64", LockSamples.SystemContext(variables)));

    private static CpuFacts Cpu(string vendor, ImmutableArray<string> flags) => new() { Vendor = vendor, Flags = flags };

    private static HostFacts Facts(string kernel, LibcFacts libc, string? driver) => new()
    {
        OperatingSystem = new OperatingSystemFacts("debian", "12", "Debian"),
        Kernel = new KernelFacts("Linux", kernel, "x86_64"),
        Libc = libc,
        Cpu = Cpu("GenuineIntel", Haswell),
        Limits = new ResourceLimits(),
        Gpu = new GpuFacts { NvidiaDriver = driver },
    };
}
