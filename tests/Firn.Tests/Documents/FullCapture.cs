using Firn.Captures.Documents;
using Firn.Common;
using Firn.Conda;
using Firn.Git;
using Firn.Host.Binaries;
using Firn.Host.Loading;
using Firn.Host.Machine;
using Firn.Host.SystemPackages;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Tests.Documents;

/// <summary>A capture in which everything is set that can be, so that its document has every member.</summary>
internal static class FullCapture
{
    private static readonly Sha256Digest Digest = Sha256Digest.Of("x"u8);

    private static readonly GitState Repository = new()
    {
        WorkTree = "/home/ana/study",
        Subdirectory = "src",
        Commit = "1df58b891a2437b4ca6455603578574b422eec26",
        Branch = "main",
        Remote = "https://example.org/ana/study.git",
        IsDirty = true,
        HasStagedChanges = true,
        ModifiedCount = 1,
        ModifiedFiles = ["src/analysis.py"],
    };

    public static Capture Create() => new()
    {
        Timestamp = new DateTimeOffset(2026, 3, 1, 12, 30, 15, 123, TimeSpan.Zero),
        CreatedBy = "firn 0.1.0",
        EnvironmentId = $"firn1:{Digest}",
        HostLibrariesId = $"firnhost1:{Digest}",
        Environment = Environment(),
        Platform = "linux-x86_64",
        Distributions = [Distribution()],
        Conda = Conda(),
        Freeze = new FreezeFacts("24.0", ["plain==1.0", "# Editable install\n-e /home/ana/study"]),
        NativeLibraries = Native(),
        Host = Host(),
        Variables = [new CapturedVariable("OMP_NUM_THREADS", "4")],
        Project = Repository,
        NotReplayable = [new ReplayNote("environment-pip.txt", "-e /home/ana/study", "an editable install")],
        Problems = [new Problem("record-missing", "/env/x.dist-info", "no RECORD")],
    };

    private static PythonEnvironment Environment() => new()
    {
        Prefix = "/env",
        BasePrefix = "/usr",
        Executable = "/env/bin/python",
        PythonVersion = "3.11.7",
        Major = 3,
        Minor = 11,
        FreeThreaded = true,
        IsVirtualEnvironment = true,
        IncludesSystemSitePackages = true,
        UserSite = "/home/ana/.local/lib/python3.11/site-packages",
        SitePackages = "/env/lib/python3.11/site-packages",
        SearchPath = [new SearchPathEntry("/home/ana/study", SearchPathKind.PthFile, "/env/lib/python3.11/site-packages/study.pth")],
        PthImports = [new PthImport("/env/lib/python3.11/site-packages/distutils-precedence.pth", "os")],
        Layers =
        [
            new EnvironmentLayer(EnvironmentLayerKind.Conda, "/env") { Creator = "conda 26.1.0", ExternallyManaged = true },
        ],
        CondaName = "study",
    };

    private static Distribution Distribution() => new()
    {
        Name = "Plain.Pkg",
        CanonicalName = "plain-pkg",
        Version = "1.0",
        MetadataPath = "/env/lib/python3.11/site-packages/plain_pkg-1.0.dist-info",
        Location = "/env/lib/python3.11/site-packages",
        Installer = "pip",
        Requested = true,
        Owner = DistributionOwner.Pip,
        DirectReference = new DirectReference("https://example.org/plain.git")
        {
            Vcs = "git",
            CommitId = "1df58b891a2437b4ca6455603578574b422eec26",
            RequestedRevision = "main",
            Subdirectory = "python",
            Hashes = ["sha256=00"],
            IsDirectory = true,
        },
        Editable = new EditableProject("/home/ana/study", Repository),
        RecordedDigest = Digest,
        FileCount = 3,
        Size = 1234,
        SystemPackage = "python3-plain=1.0-1",
        CondaPackage = "plain",
    };

    private static CondaFacts Conda() => new()
    {
        Release = "26.7.1",
        Platform = "linux-64",
        Packages =
        [
            new CondaPackage
            {
                Name = "numpy",
                Version = "1.26.0",
                Build = "py311h64a7726_0",
                BuildNumber = 1,
                Channel = "https://conda.anaconda.org/conda-forge/linux-64",
                ChannelName = "conda-forge",
                Subdir = "linux-64",
                FileName = "numpy-1.26.0-py311h64a7726_0.conda",
                Url = "https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.0-py311h64a7726_0.conda",
                Md5 = "d41d8cd98f00b204e9800998ecf8427e",
                Sha256 = Digest.Hex,
                Size = 8000000,
                Timestamp = 1694920085000,
                Noarch = "python",
                PackageType = "noarch_python",
                License = "BSD-3-Clause",
                Depends = ["python >=3.11,<3.12.0a0"],
                Constrains = ["numpy-base <0a0"],
                RequestedSpecs = ["numpy"],
                ContentDigest = Digest,
                FileCount = 900,
            },
        ],
        PipPackages = [new CondaPipPackage("plain", "1.0", "lib/python3.11/site-packages/plain-1.0.dist-info/RECORD", true)],
        Overwritten = ["clob"],
        RequestedSpecs = ["python=3.11"],
        PinnedSpecs = ["numpy 1.26.*"],
        VariableNames = ["MY_VARIABLE"],
        ConfiguredChannels = ["conda-forge"],
    };

    private static NativeLibraries Native() => new()
    {
        Libraries =
        [
            new NativeLibrary
            {
                Soname = "libm.so.6",
                Path = "/usr/lib/x86_64-linux-gnu/libm.so.6",
                InEnvironment = true,
                Owner = "numpy",
                BuildId = "00aa",
                SystemPackage = new SystemPackage("dpkg", "libc6", "2.36-9"),
                NeededBy = ["python"],
                Role = NativeLibraryRoles.Libc,
                Preloaded = true,
            },
        ],
        Objects = [new NativeObject("lib/x.so", "numpy", "00bb", ["libm.so.6"])],
        Unresolved = [new UnresolvedLibrary("libgone.so.1", ["lib/x.so"])],
        PackageManager = "dpkg",
        RequiredGlibc = GlibcVersion.Parse("2.17"),
    };

    private static HostFacts Host() => new()
    {
        OperatingSystem = new OperatingSystemFacts("debian", "12", "Debian GNU/Linux 12 (bookworm)"),
        Kernel = new KernelFacts("Linux", "6.1.0-18-amd64", "x86_64"),
        Libc = new LibcFacts("glibc", "2.36"),
        Cpu = new CpuFacts
        {
            Model = "Intel(R) Xeon(R) Gold 6248",
            Vendor = "GenuineIntel",
            Signature = "6-85-7",
            Flags = ["avx2", "fma"],
            LogicalCount = 40,
            Sockets = 2,
            Cores = 20,
        },
        Limits = new ResourceLimits { Affinity = "0-3", AffinityCount = 4, CpuQuotaMillis = 4000, MemoryBytes = 1 << 30 },
        MemoryBytes = 1L << 34,
        Gpu = new GpuFacts
        {
            NvidiaDriver = "535.129.03",
            CudaToolkit = "12.4.1",
            Devices = [new GpuDevice("NVIDIA", "NVIDIA A100-SXM4-80GB", "0000:07:00.0")],
        },
        Container = "docker",
        BatchJob = new BatchJob("slurm", "123"),
    };
}
