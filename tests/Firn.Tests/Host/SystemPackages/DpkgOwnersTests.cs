using Firn.Common;
using Firn.Host.SystemPackages;
using Firn.Tests.Host.Binaries;
using Firn.Tests.Host.Machine;

namespace Firn.Tests.Host.SystemPackages;

public sealed class DpkgOwnersTests
{
    private const string Status =
        "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.22\n\n"
        + "Package: libfoo2\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 1:2.0-1\nDescription: x\n Version: 9\n\n"
        + "Package: libfoo2\nStatus: install ok installed\nArchitecture: i386\nVersion: 1:1.9-1\n\n"
        + "Package: odd-name\nArchitecture: all\nVersion: 3~rc1\n";

    [SkippableFact]
    public void FindOwnersOfLibraries_agrees_with_dpkg_for_this_machines_libraries()
    {
        if (!File.Exists("/var/lib/dpkg/status"))
        {
            RealTool.Missing("no dpkg");
        }

        var architecture = RealTool.Run("dpkg", "--print-architecture").Trim();
        var files = new DirectoryInfo("/usr/lib").EnumerateDirectories("*-linux-gnu").SelectMany(folder => folder.EnumerateFiles("*.so*"))
            .Where(file => file.LinkTarget is null).Select(file => file.FullName).Where((_, i) => i % 5 == 0).ToList();

        var found = new DpkgOwners(SystemContext.OfThisProcess()).FindOwnersOfLibraries(files, architecture);

        // dpkg -S knows only the spelling of the lists.
        var owners = Owners([.. files, .. files.Select(file => file["/usr".Length..])]);
        var versions = RealTool.Run("dpkg-query", ["-W", "-f=${Package}:${Architecture} ${Version}\n${Package} ${Version}\n", .. owners.Values.Distinct()])
            .Split('\n').Distinct().Where(line => line.Length > 0).Select(line => line.Split(' ')).ToLookup(words => words[0], words => words[1]);
        Assert.NotEmpty(found);
        foreach (var file in files)
        {
            var owner = owners.GetValueOrDefault(file) ?? owners.GetValueOrDefault(file["/usr".Length..]);
            Assert.Equal(owner is not null, found.ContainsKey(file));
            if (owner is not null)
            {
                Assert.Equal(owner.Replace($":{architecture}", "", StringComparison.Ordinal), found[file].Name);
                Assert.Equal(versions[owner].First(), found[file].Version);
            }
        }
    }

    [SkippableFact]
    public void FindPackagesOf_agrees_with_dpkg_for_this_machines_distributions()
    {
        const string Folder = "/usr/lib/python3/dist-packages";
        if (!Directory.Exists(Folder))
        {
            RealTool.Missing("no distributions from apt");
        }

        var infos = Directory.EnumerateFileSystemEntries(Folder, "*-info").ToList();
        var found = new DpkgOwners(SystemContext.OfThisProcess()).FindPackagesOf(infos);
        var owners = Owners(infos);
        foreach (var info in infos)
        {
            Assert.Equal(owners.GetValueOrDefault(info)?.Split(':')[0], found.GetValueOrDefault(info)?.Name);
        }
    }

    /// <summary>The packages that dpkg names for files, with the architecture where dpkg names it; asked once for all.</summary>
    private static Dictionary<string, string> Owners(IEnumerable<string> files) =>
        RealTool.Run("dpkg", ["-S", .. files]).Split('\n')
            .Select(line => line.Split(": ")).Where(parts => parts.Length == 2 && !parts[0].StartsWith("diversion ", StringComparison.Ordinal))
            .ToDictionary(parts => parts[1], parts => parts[0], StringComparer.Ordinal);

    [Fact]
    public void FindOwnersOfLibraries_names_the_architecture_only_where_it_is_foreign()
    {
        using var machine = Machine();
        machine.Write("/var/lib/dpkg/info/libfoo2:amd64.list", "/.\n/usr/lib/x86_64-linux-gnu/libfoo.so.2.1\n")
            .Write("/var/lib/dpkg/info/libfoo2:i386.list", "/.\n/usr/lib/i386-linux-gnu/libfoo.so.2.1\n");

        var found = Find(machine, "/usr/lib/x86_64-linux-gnu/libfoo.so.2.1", "/usr/lib/i386-linux-gnu/libfoo.so.2.1");

        Assert.Equal(new SystemPackage("dpkg", "libfoo2", "1:2.0-1"), found["/usr/lib/x86_64-linux-gnu/libfoo.so.2.1"]);
        Assert.Equal(new SystemPackage("dpkg", "libfoo2:i386", "1:1.9-1"), found["/usr/lib/i386-linux-gnu/libfoo.so.2.1"]);
    }

    [Theory]
    [InlineData("/lib/liba.so.1", "/usr/lib/liba.so.1", true)]
    [InlineData("/usr/lib/liba.so.1", "/usr/lib/liba.so.1", true)]
    [InlineData("/lib/liba.so.1", "/usr/lib/liba.so.1", false)]
    public void FindOwnersOfLibraries_counts_the_merge_of_lib_into_usr(string listed, string asked, bool merged)
    {
        using var machine = Machine();
        machine.Write("/var/lib/dpkg/info/odd-name.list", $"/.\n{listed}\n");
        if (merged)
        {
            machine.Link("/lib", "usr/lib");
        }

        Assert.Equal(merged ? "odd-name" : null, Find(machine, asked).GetValueOrDefault(asked)?.Name);
    }

    [Fact]
    public void FindOwnersOfLibraries_takes_no_part_of_a_path_for_it()
    {
        using var machine = Machine();
        machine.Write("/var/lib/dpkg/info/odd-name.list", "/usr/lib/liba.so.1.2\n/x/usr/lib/liba.so.1\n/usr/lib/liba.so.1/y");

        Assert.Empty(Find(machine, "/usr/lib/liba.so.1"));
    }

    [Fact]
    public void FindOwnersOfLibraries_follows_diversions()
    {
        using var machine = Machine();
        machine.Write("/var/lib/dpkg/info/libfoo2:amd64.list", "/usr/lib/libfoo.so.2\n")
            .Write("/var/lib/dpkg/info/odd-name.list", "/usr/lib/libfoo.so.2\n")
            .Write("/var/lib/dpkg/diversions", "/usr/lib/libfoo.so.2\n/usr/lib/moved/libfoo.so.2\nodd-name\n");

        var found = Find(machine, "/usr/lib/libfoo.so.2", "/usr/lib/moved/libfoo.so.2");

        Assert.Equal("odd-name", found["/usr/lib/libfoo.so.2"].Name);
        Assert.Equal("libfoo2", found["/usr/lib/moved/libfoo.so.2"].Name);
    }

    [Fact]
    public void FindOwnersOfLibraries_reads_distroless_packages()
    {
        using var machine = new HostMachine();
        machine.Write("/var/lib/dpkg/status.d/libssl3", "Package: libssl3\nArchitecture: amd64\nVersion: 3.0.11-1\n")
            .Write("/var/lib/dpkg/status.d/libssl3.md5sums", "0123456789abcdef0123456789abcdef  usr/lib/x86_64-linux-gnu/libssl.so.3\n");

        var found = Find(machine, "/usr/lib/x86_64-linux-gnu/libssl.so.3");

        Assert.Equal(new SystemPackage("dpkg", "libssl3", "3.0.11-1"), Assert.Single(found).Value);
    }

    [Theory]
    [InlineData("libgomp.so.1.0.0", "libgomp1")]
    [InlineData("libc.so.6", "libc6")]
    [InlineData("libpython3.11.so.1.0", "libpython3.11")]
    [InlineData("libbz2.so.1.0.4", "libbz2-1.0")]
    [InlineData("libstdc++.so.6.0.30", "libstdc++6")]
    [InlineData("libgcc_s.so.1", "libgcc-s1")]
    [InlineData("libdb-5.3.so", "libdb5.3")]
    [InlineData("libssl.so.3", "libssl3t64")]
    [InlineData("libpicosat.so.1.0.0", "picosat")]
    [InlineData("libhogweed.so.6.6", "libhogweed6t64")]
    public void Guess_has_the_package(string file, string package) => Assert.Contains(package, DebianPackageNames.Guess(file));

    private static HostMachine Machine() => new HostMachine().Write("/var/lib/dpkg/status", Status);

    private static Dictionary<string, SystemPackage> Find(HostMachine machine, params string[] paths) =>
        new DpkgOwners(machine.SystemContext).FindOwnersOfLibraries(paths, "amd64");
}
