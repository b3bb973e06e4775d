using System.Text.RegularExpressions;
using Firn.Common;
using Firn.Host.Machine;
using Firn.Tests.Host.Binaries;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Host.Machine;

public sealed class HostReaderTests
{
    [SkippableFact]
    public void Read_this_machine_agrees_with_lscpu_and_uname()
    {
        var truth = RealTool.Run("lscpu");
        var host = HostReader.Read(SystemContext.OfThisProcess(), []);

        Assert.Equal(Field(truth, "Model name"), host.Cpu.Model);
        Assert.Equal(Field(truth, "Vendor ID"), host.Cpu.Vendor);
        Assert.Equal(CpuList.Count(Field(truth, "On-line CPU\\(s\\) list")), host.Cpu.LogicalCount);
        Assert.Equal(Field(truth, "Flags")?.Split(' ').Order(StringComparer.Ordinal), host.Cpu.Flags);
        Assert.Equal(Field(truth, "Socket\\(s\\)"), host.Cpu.Sockets?.ToString());
        Assert.Equal(RealTool.Run("uname", "-r").Trim(), host.Kernel.Release);
        Assert.Equal(RealTool.Run("uname", "-m").Trim(), host.Kernel.Machine);
        Assert.Equal(RealTool.Run("getconf", "GNU_LIBC_VERSION").Trim(), $"{host.Libc?.Name} {host.Libc?.Version}");
        Assert.Equal(RealTool.Run("nproc").Trim(), host.Limits.AffinityCount?.ToString());
    }

    [SkippableFact]
    public void VersionInBanner_of_this_machines_libc_is_its_version()
    {
        var truth = RealTool.Run("getconf", "GNU_LIBC_VERSION").Trim();
        var file = Directory.EnumerateFiles("/lib64", "libc.so.6").Concat(Directory.EnumerateDirectories("/lib", "*-linux-gnu").Select(folder => folder + "/libc.so.6")).First(File.Exists);

        Assert.Equal(truth, "glibc " + LibcReader.VersionInBanner(File.ReadAllBytes(file)));
    }

    [Fact]
    public void Read_control_groups_of_version_2_takes_the_tightest_above()
    {
        using var machine = new HostMachine();
        machine.Write("/proc/self/cgroup", "0::/slurm/job_7/step_0\n")
            .Write("/proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n")
            .Write("/sys/fs/cgroup/slurm/cpu.max", "800000 100000\n")
            .Write("/sys/fs/cgroup/slurm/memory.max", "8589934592\n")
            .Write("/sys/fs/cgroup/slurm/job_7/cpu.max", "150000 100000\n")
            .Write("/sys/fs/cgroup/slurm/job_7/memory.max", "max\n")
            .Write("/sys/fs/cgroup/slurm/job_7/step_0/cpu.max", "max 100000\n");

        var limits = HostReader.Read(machine.SystemContext, []).Limits;

        Assert.Equal(1500, limits.CpuQuotaMillis);
        Assert.Equal(8589934592, limits.MemoryBytes);
    }

    [Fact]
    public void Read_control_groups_of_version_1_in_a_container_without_its_own_namespace()
    {
        using var machine = new HostMachine();
        machine.Write("/proc/self/cgroup", "4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n1:name=systemd:/x\n")
            .Write(
                "/proc/self/mountinfo",
                "1 2 0:1 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n1 2 0:1 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n")
            .Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
            .Write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "50000\n")
            .Write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");

        var host = HostReader.Read(machine.SystemContext, []);

        Assert.Equal(500, host.Limits.CpuQuotaMillis);
        Assert.Null(host.Limits.MemoryBytes);
        Assert.Equal("docker", host.Container);
    }

    [Fact]
    public void Read_nvidia_driver_and_devices()
    {
        using var machine = new HostMachine();
        machine.Write("/proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  555.42.02  Release Build  (dvs-builder@U16)\nGCC version: gcc 12.2\n")
            .Write("/proc/driver/nvidia/gpus/0000:07:00.0/information", "Model: \t\t NVIDIA A100-SXM4-80GB\nIRQ:   \t\t 160\nGPU UUID: \t GPU-1\nBus Location: \t 0000:07:00.0\n")
            .Write("/usr/local/cuda/version.json", "{\"cuda\":{\"name\":\"CUDA SDK\",\"version\":\"12.4.1\"}}");

        var gpu = HostReader.Read(machine.SystemContext, []).Gpu;

        Assert.Equal("555.42.02", gpu.NvidiaDriver);
        Assert.Equal("12.4.1", gpu.CudaToolkit);
        Assert.Equal([new GpuDevice("NVIDIA", "NVIDIA A100-SXM4-80GB", "0000:07:00.0")], gpu.Devices.ToArray());
        Assert.Equal("535.129.03", GpuReader.NvidiaDriver("NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023\n"));
    }

    [Fact]
    public void Read_empty_machine_gives_a_problem_and_no_exception()
    {
        using var machine = new HostMachine();
        var problems = new List<Problem>();

        var host = HostReader.Read(machine.SystemContext, problems);

        Assert.Equal("os-release-missing", Assert.Single(problems).Code);
        Assert.Equal(0, host.Cpu.LogicalCount);
        Assert.Null(host.Container);
    }

    [Fact]
    public void Read_musl_system_with_quoted_names()
    {
        using var machine = new HostMachine();
        machine.Write("/usr/lib/os-release", "NAME='Alpine'\nID=alpine\nVERSION_ID=\"3.20.1\"\nPRETTY_NAME=\"Alpine \\\"L\\\" v3.20\"\n")
            .Write("/proc/sys/kernel/arch", "x86_64\n")
            .Write("/lib/ld-musl-x86_64.so.1", new ElfBuilder())
            .Write("/lib/apk/db/installed", "P:musl\nV:1.2.5-r0\nF:lib\nR:ld-musl-x86_64.so.1\n");

        var host = HostReader.Read(machine.SystemContext, []);

        Assert.Equal(new OperatingSystemFacts("alpine", "3.20.1", "Alpine \"L\" v3.20"), host.OperatingSystem);
        Assert.Equal(new LibcFacts("musl", "1.2.5"), host.Libc);
    }

    [Theory]
    [InlineData("SLURM_JOB_ID", "41", "slurm", "41")]
    [InlineData("PBS_JOBID", "7.srv", "pbs", "7.srv")]
    [InlineData("_CONDOR_JOB_AD", "/x/.job.ad", "htcondor", null)]
    [InlineData("JOB_ID", "5", null, null)]
    public void BatchJob_is_told_by_its_variables(string name, string value, string? system, string? id)
    {
        using var machine = new HostMachine();
        var job = BatchJob.Of(machine.With(new() { [name] = value }));

        Assert.Equal(system, job?.System);
        Assert.Equal(id, job?.Id);
    }

    [Theory]
    [InlineData("0-3,8", 5)]
    [InlineData("0", 1)]
    [InlineData("3-1", null)]
    [InlineData("", null)]
    [InlineData("0-99999999999", null)]
    public void CpuList_counts(string list, int? count) => Assert.Equal(count, CpuList.Count(list));

    [Fact]
    public void Read_any_text_in_proc_never_throws()
    {
        using var machine = new HostMachine();
        var files = new[] { "/proc/cpuinfo", "/proc/self/cgroup", "/proc/self/mountinfo", "/proc/meminfo", "/etc/os-release", "/proc/driver/nvidia/version", "/usr/local/cuda/version.json" };
        var pieces = Gen.Elements("0::", "/", "/..", "a:b", "cgroup2", " - cgroup ", "x y z w v", "flags", ":", "\t", "\n", "=", "\"", "siblings : 0\n", "MemTotal: 9999999999999999999 kB\n", "Kernel Module", "[]", "{\"cuda\":3}");
        var text = Gen.ListOf(pieces).Select(list => string.Concat(list));
        Prop.ForAll(text.ToArbitrary(), content =>
        {
            foreach (var file in files)
            {
                machine.Write(file, content);
            }

            return HostReader.Read(machine.SystemContext, []) is not null;
        }).QuickCheckThrowOnFailure();
    }

    private static string? Field(string text, string name)
    {
        var match = Regex.Match(text, $@"^\s*{name}:\s*(.*)$", RegexOptions.Multiline);
        return match.Success ? match.Groups[1].Value.Trim() : null;
    }
}
