using Firn.Common;

namespace Firn.Fuzz.Trees;

/// <summary>The fixtures, put together from the samples.</summary>
internal static class FixtureFiles
{
    private const string Site = "lib/python3.11/site-packages/";

    /// <summary>A machine and a user that exist only in the fixture.</summary>
    public static SystemContext SystemContext(string root) => new()
    {
        Variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OMP_NUM_THREADS"] = "4",
            ["LD_LIBRARY_PATH"] = "/opt/lib:relative",
            ["GIT_CEILING_DIRECTORIES"] = root,
        },
        HomeDirectory = Path.Join(root, "home"),
        CurrentDirectory = Path.Join(root, "project"),
        RootDirectory = Path.Join(root, "machine"),
    };

    /// <summary>The system's files; all below <paramref name="folder"/>.</summary>
    public static List<FixtureFile> Machine(string folder = "") =>
    [
        FixtureFile.Of(folder + "etc/os-release", "key-value/os-release"),
        FixtureFile.Of(folder + "etc/ld.so.cache", "ld-cache/new"),
        FixtureFile.Of(folder + "etc/pip.conf", "ini/sections.txt"),
        FixtureFile.Of(folder + "proc/cpuinfo", "key-value/cpuinfo"),
        FixtureFile.Of(folder + "proc/meminfo", "key-value/meminfo"),
        FixtureFile.Of(folder + "proc/self/cgroup", "control-groups/cgroup"),
        FixtureFile.Of(folder + "proc/self/mountinfo", "control-groups/mountinfo"),
        FixtureFile.Of(folder + "proc/driver/nvidia/version", "key-value/nvidia-version"),
        FixtureFile.Of(folder + "proc/driver/nvidia/gpus/0000:07:00.0/information", "key-value/nvidia"),
        FixtureFile.Of(folder + "sys/devices/system/cpu/online", "key-value/cpu-list"),
        FixtureFile.Of(folder + "sys/fs/cgroup/user.slice/job-7.scope/cpu.max", "control-groups/cpu.max"),
        FixtureFile.Of(folder + "sys/fs/cgroup/user.slice/job-7.scope/memory.max", "control-groups/memory.max"),
        FixtureFile.Of(folder + "usr/local/cuda/version.json", "key-value/cuda-version.json"),
        FixtureFile.Of(folder + "usr/lib/libmelt.so.1", "elf/library.so"),
        FixtureFile.Of(folder + "var/lib/dpkg/status", "dpkg/status"),
        FixtureFile.Of(folder + "var/lib/dpkg/diversions", "dpkg/diversions"),
        FixtureFile.Of(folder + "var/lib/dpkg/info/libgcc-s1:amd64.list", "dpkg/libgcc-s1.list"),
        FixtureFile.Of(folder + "lib/apk/db/installed", "dpkg/apk-installed"),
    ];

    public static List<FixtureFile> Packs() =>
    [
        FixtureFile.Of("offset.idx", "git-pack/offset.idx"),
        FixtureFile.Of("offset.pack", "git-pack/offset.pack"),
        FixtureFile.Of("reference.idx", "git-pack/reference.idx"),
        FixtureFile.Of("reference.pack", "git-pack/reference.pack"),
    ];

    /// <summary>A repository whose files are newer than its index, so that they are compared by content.</summary>
    public static List<FixtureFile> Repository(string folder) =>
    [
        FixtureFile.Of(folder + ".git/HEAD", "git-refs/HEAD"),
        FixtureFile.Of(folder + ".git/packed-refs", "git-refs/packed-refs"),
        FixtureFile.Of(folder + ".git/config", "git-config/config"),
        FixtureFile.Of(folder + ".git/index", "git-index/v4"),
        FixtureFile.Of(folder + ".git/objects/pack/pack-1.idx", "git-pack/offset.idx"),
        FixtureFile.Of(folder + ".git/objects/pack/pack-1.pack", "git-pack/offset.pack"),
        new(folder + ".git/objects/info/alternates", [.. "../other\n"u8]),
        new(folder + ".git/refs/tags/v1", [.. "d3bae73c01634cfd06643d22d1279c0e7bf8c619\n"u8]),
        FixtureFile.Of(folder + ".gitattributes", "git-attributes/gitattributes"),
        FixtureFile.Of(folder + ".git/info/attributes", "git-attributes/rich"),
        new(folder + "a/f1.txt", [.. "file 1\n1\n2\n3\n"u8]),
        new(folder + "a/f2.txt", [.. "file 2\r\n"u8]),
        new(folder + "a/b/deep.txt", [.. "x\n"u8]),
        FixtureFile.Link(folder + "link", "a/f1.txt"),
    ];

    public static List<FixtureFile> VirtualEnvironment() =>
    [
        .. Machine("machine/"),
        .. Repository("project/"),
        .. Base("base/"),
        FixtureFile.Of("home/.config/pip/pip.conf", "ini/sections.txt"),
        FixtureFile.Of("home/.gitconfig", "git-config/user"),
        new("venv/pyvenv.cfg", [.. "home = @ROOT@/base/bin\ninclude-system-site-packages = true\nversion = 3.11.7\nexecutable = @ROOT@/base/bin/python3.11\n"u8]),
        FixtureFile.Link("venv/bin/python", "../../base/bin/python3.11"),
        .. Distributions("venv/" + Site),
    ];

    public static List<FixtureFile> CondaEnvironment() =>
    [
        .. Machine("machine/"),
        .. Base("conda/"),
        .. Distributions("conda/" + Site),
        FixtureFile.Of("home/.condarc", "conda-settings/settings.yml"),
        FixtureFile.Of("conda/conda-meta/history", "conda-history/history"),
        FixtureFile.Of("conda/conda-meta/pinned", "conda-settings/pinned"),
        FixtureFile.Of("conda/conda-meta/state", "conda-settings/state"),
        FixtureFile.Of("conda/conda-meta/python_abi-3.11-4_cp311.json", "conda-record/python_abi-3.11-4_cp311.json"),
        FixtureFile.Of("conda/conda-meta/wheel-0.38.4-pyhd8ed1ab_0.json", "conda-record/wheel-0.38.4-pyhd8ed1ab_0.json"),
        FixtureFile.Of("conda/conda-meta/libgfortran-5.0.0-13_2_0_hd922786_3.json", "conda-record/libgfortran-5.0.0-13_2_0_hd922786_3.json"),
        FixtureFile.Of("conda/conda-meta/python-3.11.9-h932a869_0_cpython.json", "conda-record/python-3.11.9-h932a869_0_cpython.json"),
    ];

    private static List<FixtureFile> Base(string folder) =>
    [
        FixtureFile.Of(folder + "bin/python3.11", "elf/program"),
        FixtureFile.Link(folder + "bin/python", "python3.11"),
        new(folder + "lib/python3.11/os.py", []),
        new(folder + "lib/python3.11/lib-dynload/x.so", SeedFolder.Read("elf/extension.so")),
        FixtureFile.Of(folder + Site + "distutils-precedence.pth", "pth/distutils-precedence.pth"),
        new(folder + Site + "pip-23.2.1.dist-info/METADATA", [.. "Metadata-Version: 2.1\nName: pip\nVersion: 23.2.1\n"u8]),
    ];

    private static List<FixtureFile> Distributions(string site) =>
    [
        FixtureFile.Of(site + "Snow_Depth-1.2.post3.dist-info/METADATA", "metadata/METADATA"),
        FixtureFile.Of(site + "Snow_Depth-1.2.post3.dist-info/RECORD", "record/RECORD"),
        FixtureFile.Of(site + "Snow_Depth-1.2.post3.dist-info/entry_points.txt", "entry-points/entry_points.txt"),
        FixtureFile.Of(site + "Snow_Depth-1.2.post3.dist-info/direct_url.json", "direct-url/archive.json"),
        new(site + "Snow_Depth-1.2.post3.dist-info/INSTALLER", [.. "pip\n"u8]),
        FixtureFile.Of(site + "snow/_fast.cpython-311-x86_64-linux-gnu.so", "elf/extension.so"),
        FixtureFile.Of(site + "snow.libs/libmelt-1a2b3c.so.1", "elf/library.so"),
        FixtureFile.Of(site + "Melt-0.3.egg-info/PKG-INFO", "metadata/PKG-INFO"),
        new(site + "Melt-0.3.egg-info/SOURCES.txt", [.. "melt/__init__.py\n"u8]),
        new(site + "Editable-1.0.dist-info/direct_url.json", [.. "{\"dir_info\": {\"editable\": true}, \"url\": \"file://@ROOT@/project\"}"u8]),
        new(site + "Editable-1.0.dist-info/METADATA", [.. "Metadata-Version: 2.1\nName: Editable\nVersion: 1.0\n"u8]),
        new(site + "Linked.egg-link", [.. "@ROOT@/project\n.\n"u8]),
        FixtureFile.Of(site + "Snow.Depth-1.2.post3-py3.11.egg", "egg/Snow.Depth-1.2.post3-py3.11.egg"),
        new(site + "easy-install.pth", [.. "@ROOT@/project\n./Snow.Depth-1.2.post3-py3.11.egg\n"u8]),
        FixtureFile.Of(site + "editable.pth", "pth/editable.pth"),
    ];
}
