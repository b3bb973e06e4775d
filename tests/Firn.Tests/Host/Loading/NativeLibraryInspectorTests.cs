using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.Binaries;
using Firn.Host.Loading;
using Firn.Host.SystemPackages;
using Firn.Tests.Host.Binaries;
using Firn.Tests.Host.Machine;

namespace Firn.Tests.Host.Loading;

public sealed class NativeLibraryInspectorTests
{
    private const string Interpreter = "/lib64/ld-linux-x86-64.so.2";

    [SkippableFact]
    public void Inspect_this_machines_modules_agrees_with_ldd()
    {
        var modules = RealTool.ExtensionModules();
        var python = modules[0].Contains("/.pyenv/", StringComparison.Ordinal)
            ? modules[0][..modules[0].IndexOf("/lib/", StringComparison.Ordinal)] + "/bin/python3"
            : "/usr/bin/python3";
        var truth = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in modules.Append(RealPath.Of(python)))
        {
            var output = RealTool.Run("ldd", file);
            foreach (Match match in Regex.Matches(output, @"(?:=> |^\t)(/\S+) \(0x", RegexOptions.Multiline))
            {
                truth.Add(RealPath.Of(match.Groups[1].Value));
            }
        }

        var problems = new List<Problem>();
        var libraries = Inspect(SystemContext.OfThisProcess(), "/", python, [.. modules], problems).Libraries;

        Assert.Empty(problems);
        // ldd lists the loader for every file, needed or not.
        truth.RemoveWhere(path => path.Contains("/ld-linux", StringComparison.Ordinal));
        var found = libraries.Select(library => "/" + library.Path.TrimStart('/')).Where(path => !path.Contains("/ld-linux", StringComparison.Ordinal));
        Assert.Equal(truth, found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Inspect_runpath_with_origin_finds_the_bundled_library()
    {
        using var machine = Machine();
        machine.Write("/env/site/pkg/_ext.so", new ElfBuilder { Needed = ["libdep-1a2b.so.3"], RunPath = "$ORIGIN/../pkg.libs" })
            .Write("/env/site/pkg.libs/libdep-1a2b.so.3", new ElfBuilder { Soname = "libdep-1a2b.so.3", BuildId = [0xab] });

        var result = Inspect(machine, "/env/site/pkg/_ext.so", "/env/site/pkg.libs/libdep-1a2b.so.3");

        var library = Assert.Single(result.Libraries, library => library.Soname == "libdep-1a2b.so.3");
        Assert.Equal("site/pkg.libs/libdep-1a2b.so.3", library.Path);
        Assert.True(library.InEnvironment);
        Assert.False(library.Preloaded);
        Assert.Equal("ab", library.BuildId);
        Assert.Equal(["owner"], library.NeededBy.ToArray());
        Assert.Equal(2, result.Objects.Length);
    }

    [Fact]
    public void Inspect_rpath_of_the_program_counts_for_modules_but_runpath_does_not()
    {
        foreach (var (rpath, runpath, found) in new[] { ("$ORIGIN/../lib", null, true), (null, "$ORIGIN/../lib", false), ("$ORIGIN/../lib", "/nowhere", (bool?)false) })
        {
            using var machine = Machine(rpath, runpath);
            machine.Write("/env/site/_ext.so", new ElfBuilder { Needed = ["libfoo.so.1"] })
                .Write("/env/lib/libfoo.so.1", new ElfBuilder { Soname = "libfoo.so.1" });

            var result = Inspect(machine, "/env/site/_ext.so");

            Assert.Equal(found, result.Libraries.Any(library => library.Soname == "libfoo.so.1"));
            Assert.Equal(!found, result.Unresolved.Any(library => library.Name == "libfoo.so.1"));
        }
    }

    [Fact]
    public void Inspect_runpath_is_not_inherited_but_rpath_is()
    {
        using var machine = Machine();
        machine.Write("/env/site/a.so", new ElfBuilder { Needed = ["libone.so"], RPath = "${ORIGIN}/libs" })
            .Write("/env/site/b.so", new ElfBuilder { Needed = ["libthree.so"], RunPath = "$ORIGIN/libs" })
            .Write("/env/site/libs/libone.so", new ElfBuilder { Needed = ["libtwo.so"] })
            .Write("/env/site/libs/libtwo.so", new ElfBuilder())
            .Write("/env/site/libs/libthree.so", new ElfBuilder { Needed = ["libfour.so"] })
            .Write("/env/site/libs/libfour.so", new ElfBuilder());

        var result = Inspect(machine, "/env/site/a.so", "/env/site/b.so");

        Assert.Equal(["libfour.so"], result.Unresolved.Select(library => library.Name));
        Assert.Equal(["site/libs/libthree.so"], result.Unresolved[0].NeededBy.ToArray());
    }

    [Fact]
    public void Inspect_ld_library_path_stands_before_runpath_and_after_rpath()
    {
        using var machine = Machine();
        machine.Write("/env/site/a.so", new ElfBuilder { Needed = ["libx.so"], RPath = "$ORIGIN/own" })
            .Write("/env/site/b.so", new ElfBuilder { Needed = ["libx.so"], RunPath = "$ORIGIN/own" })
            .Write("/env/site/own/libx.so", new ElfBuilder())
            .Write("/opt/site/libx.so", new ElfBuilder());
        var systemContext = machine.With(new() { ["LD_LIBRARY_PATH"] = "relative::/opt/site" });

        var result = Inspect(systemContext, machine.At("/env"), machine.At("/env/bin/python3"), Candidates(machine, "/env/site/a.so", "/env/site/b.so"), []);

        Assert.Equal(["/opt/site/libx.so", "site/own/libx.so"], result.Libraries.Select(library => library.Path));
    }

    [Fact]
    public void Inspect_library_of_the_interpreter_is_taken_before_any_search()
    {
        using var machine = Machine("$ORIGIN/../lib", null, "libz.so.1");
        machine.Write("/env/lib/libz.so.1", new ElfBuilder { Soname = "libz.so.1" })
            .Write("/env/site/a.so", new ElfBuilder { Needed = ["libz.so.1"], RunPath = "$ORIGIN/libs" })
            .Write("/env/site/libs/libz.so.1", new ElfBuilder { Soname = "libz.so.1" });

        var result = Inspect(machine, "/env/site/a.so");

        Assert.Equal(["lib/libz.so.1"], result.Libraries.Select(library => library.Path));
        Assert.Equal(["owner", "python"], result.Libraries[0].NeededBy.ToArray());
    }

    [Fact]
    public void Inspect_library_that_only_the_environment_ships_is_marked_preloaded()
    {
        using var machine = Machine();
        machine.Write("/env/site/torch/_C.so", new ElfBuilder { Needed = ["libcudart.so.12"] })
            .Write("/env/site/nvidia/lib/libcudart.so.12", new ElfBuilder { Soname = "libcudart.so.12" });

        var result = Inspect(machine, "/env/site/torch/_C.so", "/env/site/nvidia/lib/libcudart.so.12");

        var library = Assert.Single(result.Libraries);
        Assert.True(library.Preloaded);
        Assert.Equal(NativeLibraryRoles.Cuda, library.Role);
        Assert.Empty(result.Unresolved);
    }

    [Fact]
    public void Inspect_library_beside_a_system_python_is_not_the_environments()
    {
        using var machine = new HostMachine();
        machine.Write("/usr/bin/python3", new ElfBuilder { Interpreter = Interpreter })
            .Write("/usr/lib/x86_64-linux-gnu/libblas.so.3", new ElfBuilder())
            .Write("/usr/lib/python3/dist-packages/a.so", new ElfBuilder { Needed = ["libblas.so.3"] });

        var result = Inspect(
            machine.SystemContext, machine.At("/usr"), machine.At("/usr/bin/python3"),
            Candidates(machine, "/usr/lib/python3/dist-packages/a.so"), []);

        var library = Assert.Single(result.Libraries);
        Assert.Equal("/usr/lib/x86_64-linux-gnu/libblas.so.3", library.Path);
        Assert.False(library.InEnvironment);
        Assert.Equal("lib/python3/dist-packages/a.so", Assert.Single(result.Objects).Path);
    }

    [Fact]
    public void Inspect_other_machines_library_is_passed_over()
    {
        using var machine = Machine();
        machine.Write("/env/site/a.so", new ElfBuilder { Needed = ["libx.so"], RunPath = "$ORIGIN/arm:$ORIGIN/x86" })
            .Write("/env/site/arm/libx.so", new ElfBuilder { Machine = 183 })
            .Write("/env/site/x86/libx.so", new ElfBuilder());

        Assert.Equal("site/x86/libx.so", Assert.Single(Inspect(machine, "/env/site/a.so").Libraries).Path);
    }

    [Fact]
    public void Inspect_on_musl_uses_its_path_file_and_its_one_libc()
    {
        using var machine = new HostMachine();
        machine.Write("/env/bin/python3", new ElfBuilder { Interpreter = "/lib/ld-musl-x86_64.so.1", Needed = ["libc.musl-x86_64.so.1"] })
            .Write("/lib/ld-musl-x86_64.so.1", new ElfBuilder())
            .Write("/etc/ld-musl-x86_64.path", "/lib\n/weird\n")
            .Write("/weird/libffi.so.8", new ElfBuilder { Soname = "libffi.so.8" })
            .Write("/lib/apk/db/installed", "P:musl\nV:1.2.5-r0\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:libffi\nV:3.4.6-r0\nF:weird\nR:libffi.so.8\n")
            .Write("/env/site/a.so", new ElfBuilder { Needed = ["libffi.so.8", "libpthread.so.0"] });

        var result = Inspect(machine, "/env/site/a.so");

        Assert.Equal("apk", result.PackageManager);
        Assert.Equal(["/lib/ld-musl-x86_64.so.1", "/weird/libffi.so.8"], result.Libraries.Select(library => library.Path));
        Assert.Equal(new SystemPackage("apk", "musl", "1.2.5-r0"), result.Libraries[0].SystemPackage);
        Assert.Equal(new SystemPackage("apk", "libffi", "3.4.6-r0"), result.Libraries[1].SystemPackage);
    }

    /// <summary>A folder called like musl's loader: what PT_INTERP says is anybody's.</summary>
    [Theory]
    [InlineData("/lib/ld-musl-/x")]
    [InlineData("/lib/ld-musl-/.so")]
    [InlineData("/lib/ld-musl-")]
    public void Inspect_with_a_loader_that_only_looks_like_musls_ends(string interpreter)
    {
        using var machine = new HostMachine();
        machine.Write("/env/bin/python3", new ElfBuilder { Interpreter = interpreter })
            .Write("/lib/libffi.so.8", new ElfBuilder { Soname = "libffi.so.8" })
            .Write("/env/site/a.so", new ElfBuilder { Needed = ["libffi.so.8"] });

        Assert.Equal("/lib/libffi.so.8", Assert.Single(Inspect(machine, "/env/site/a.so").Libraries).Path);
    }

    [Fact]
    public void Inspect_malformed_and_missing_candidates_are_survived()
    {
        using var machine = Machine();
        machine.Write("/env/site/cut.so", "\u007fELF").Write("/env/site/script.so", "INPUT(x)").Link("/env/site/loop.so", "loop.so");
        var problems = new List<Problem>();

        var result = Inspect(
            machine.SystemContext, machine.At("/env"), machine.At("/env/bin/python3"),
            Candidates(machine, "/env/site/cut.so", "/env/site/script.so", "/env/site/loop.so", "/env/site/none.so"), problems);

        Assert.Empty(result.Objects);
        Assert.Equal("native-library-malformed", Assert.Single(problems).Code);
    }

    [Theory]
    [InlineData("libscipy_openblas64_-ff651d7f.so", "blas")]
    [InlineData("libopenblasp-r0.3.21.so", "blas")]
    [InlineData("libmkl_rt.so.2", "blas")]
    [InlineData("liblapack.so.3.10.1", "lapack")]
    [InlineData("libfftw3f.so.3", "fftw")]
    [InlineData("libgomp-a34b3233.so.1.0.0", "openmp")]
    [InlineData("libiomp5.so", "openmp")]
    [InlineData("libomptarget.so", null)]
    [InlineData("libompd.so", null)]
    [InlineData("libcublasLt.so.12", "cuda")]
    [InlineData("libcudnn_ops.so.9", "cuda")]
    [InlineData("libcuda.so.535.54.03", "cuda")]
    [InlineData("libmpi.so.40", "mpi")]
    [InlineData("libmpichf90.so", "mpi")]
    [InlineData("libmpfr.so.6", null)]
    [InlineData("libc.so.6", "libc")]
    [InlineData("libm.so.6", "libc")]
    [InlineData("ld-linux-x86-64.so.2", "libc")]
    [InlineData("ld-musl-x86_64.so.1", "libc")]
    [InlineData("libcrypto.so.3", null)]
    [InlineData("libmagic.so.1", null)]
    [InlineData("libpython3.11.so.1.0", "python")]
    public void Role_is_told_by_the_file_name(string name, string? role) => Assert.Equal(role, NativeLibraryRoles.Of(name));

    private static HostMachine Machine(string? rpath = null, string? runpath = null, params string[] needed)
    {
        var machine = new HostMachine();
        return machine.Write(
            "/env/bin/python3", new ElfBuilder { Interpreter = Interpreter, RPath = rpath, RunPath = runpath, Needed = needed });
    }

    private static NativeLibraries Inspect(HostMachine machine, params string[] files)
    {
        var problems = new List<Problem>();
        var result = Inspect(
            machine.SystemContext, machine.At("/env"), machine.At("/env/bin/python3"), Candidates(machine, files), problems);
        Assert.Empty(problems);
        return result;
    }

    private static ImmutableArray<string> Candidates(HostMachine machine, params string[] files) =>
        [.. files.Select(machine.At)];

    private static NativeLibraries Inspect(
        SystemContext systemContext, string prefix, string python, ImmutableArray<string> files, List<Problem> problems) =>
        NativeLibraryInspector.Inspect(
            new NativeLibraryRequest
            {
                SystemContext = systemContext,
                Prefix = prefix,
                Executable = python,
                Candidates = [.. files.Select(file => new NativeCandidate(file, "owner"))],
            },
            problems);
}
