using Firn.Cli;
using Firn.Reports.Diagnosis;
using Firn.Tests.Cli;

namespace Firn.Tests.Reports.Diagnosis;

public sealed class OpenMpCheckTests
{
    [Fact]
    public void Libomp_and_libiomp5_are_an_error_with_who_brings_them()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("torch", "2.5.1", ("torch/lib/libomp.so", DoctorMachine.OpenMp()));
        machine.Install("intel-openmp", "2024.0", ("intel/libiomp5.so", DoctorMachine.OpenMp()));

        var finding = Assert.Single(machine.Examine().Findings);

        Assert.Equal((DiagnosisLevel.Error, "openmp-conflict"), (finding.Level, finding.Code));
        Assert.Equal(["intel-openmp", "torch"], finding.Packages.ToArray());
        Assert.Equal(
            [new FindingPlace(machine.Site + "/intel/libiomp5.so", "intel-openmp"), new FindingPlace(machine.Site + "/torch/lib/libomp.so", "torch")],
            finding.Places.ToArray(),
            (left, right) => (left.Path, left.Package) == (right.Path, right.Package));
        Assert.Equal("docs/doctor.md#openmp-conflict", finding.Page);
    }

    [Fact]
    public void Command_exits_with_3_on_an_error_only()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("torch", "2.5.1", ("torch/lib/libomp.so", DoctorMachine.OpenMp()));
        machine.Install("scikit-learn", "1.5.2", ("scikit_learn.libs/libgomp-a34b3233.so.1.0.0", DoctorMachine.OpenMp()));

        var warned = CommandRun.Of(machine.SystemContext, "doctor", machine.Prefix).AssertDone();
        machine.Install("intel-openmp", "2024.0", ("intel/libiomp5.so", DoctorMachine.OpenMp()));
        var failed = CommandRun.Of(machine.SystemContext, "doctor", machine.Prefix, "--json");

        Assert.Contains("Warnings (1)", warned.Output, StringComparison.Ordinal);
        Assert.Contains("openmp-mixed: ", warned.Output, StringComparison.Ordinal);
        Assert.Contains("    do: ", warned.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Different, failed.ExitCode);
    }

    [Fact]
    public void Libgomp_beside_libomp_is_a_warning_and_copies_of_libgomp_are_good_to_know()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("one", "1", ("one.libs/libgomp-a34b3233.so.1.0.0", DoctorMachine.OpenMp()));
        machine.Install("two", "1", ("two.libs/libgomp-d22c30c5.so.1.0.0", DoctorMachine.OpenMp()));
        Assert.Equal(["info openmp-copies"], machine.Found());

        machine.Install("three", "1", ("three/libomp.so.5", DoctorMachine.OpenMp()));
        Assert.Equal(["warning openmp-mixed", "info openmp-copies"], machine.Found());
    }

    [Fact]
    public void Names_alone_do_not_make_a_runtime()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install(
            "torch",
            "1",
            ("torch/libomp.so", DoctorMachine.OpenMp()),
            ("torch/libomptarget.so", DoctorMachine.OpenMp()),
            ("torch/libompd.so", DoctorMachine.OpenMp()),
            ("torch/libiompstubs5.so", DoctorMachine.OpenMp()),
            ("torch/libiomp5_db.so", DoctorMachine.OpenMp()),
            ("torch/libgomp-plugin-nvptx.so.1", DoctorMachine.Library("GOMP_OFFLOAD_run")));

        Assert.Empty(machine.Found());
    }

    [Fact]
    public void Link_to_llvms_runtime_is_no_second_runtime()
    {
        using var machine = DoctorMachine.Conda();
        machine.CondaPackage("llvm-openmp", "18.1", "lib/libomp.so");
        machine.CondaPackage("libgomp", "14.1", "lib/libgomp.so.1.0.0");
        machine.Write("lib/libomp.so", DoctorMachine.OpenMp());
        machine.Write("lib/libgomp.so.1.0.0", DoctorMachine.OpenMp());
        File.CreateSymbolicLink(machine.Prefix + "/lib/libiomp5.so", "libomp.so");
        File.CreateSymbolicLink(machine.Prefix + "/lib/libgomp.so.1", "libomp.so");
        Assert.Empty(machine.Found());

        File.Delete(machine.Prefix + "/lib/libgomp.so.1");
        File.CreateSymbolicLink(machine.Prefix + "/lib/libgomp.so.1", "libgomp.so.1.0.0");
        var finding = Assert.Single(machine.Examine().Findings);
        Assert.Equal(["libgomp", "llvm-openmp"], finding.Packages.ToArray());
    }

    [Fact]
    public void Macos_copies_of_libomp_are_a_warning_and_libiomp5_beside_them_an_error()
    {
        using var machine = DoctorMachine.Posix();
        var library = Fixture("universal.dylib");
        machine.Install("torch", "2.5.1", ("torch/lib/libomp.dylib", library));
        machine.Install("scikit-learn", "1.5.2", ("sklearn/.dylibs/libomp.dylib", Fixture("thin.dylib")));
        Assert.Equal(["warning openmp-copies"], machine.Found());

        machine.Install("intel-openmp", "2024.0", ("../../libiomp5.dylib", library));
        Assert.Equal(["error openmp-conflict", "warning openmp-copies"], machine.Found());
    }

    [Fact]
    public void Windows_runtimes_are_told_by_their_exports_and_else_by_their_names()
    {
        using var machine = DoctorMachine.Windows();
        machine.Install("torch", "2.5.1", ("torch/lib/libiomp5md.dll", Fixture("library.dll")));
        machine.Install("scikit-learn", "1.5.2", ("sklearn/.libs/vcomp140.dll", Fixture("library.dll")));
        Assert.Equal(["info openmp-mixed"], machine.Found());

        machine.Install("faiss-cpu", "1.9", ("faiss/libomp140.x86_64.dll", "MZ"u8.ToArray()));
        var finding = machine.Examine().Findings[0];
        Assert.Equal("openmp-conflict", finding.Code);
        Assert.Contains("told by name alone, no symbols to read: libomp140.x86_64.dll", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TRUE", true)]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("false", false)]
    public void Permission_for_duplicates_is_a_warning(string value, bool isFound)
    {
        using var machine = DoctorMachine.Posix();
        machine.Variables["KMP_DUPLICATE_LIB_OK"] = value;

        Assert.Equal(isFound ? ["warning openmp-duplicates-allowed"] : [], machine.Found());
    }

    [Fact]
    public void Mkl_and_openblas_are_a_warning()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("numpy", "1.26.4", ("numpy.libs/libopenblas64_p-r0-0cf96a72.so", DoctorMachine.Library("openblas_get_num_threads64_")));
        machine.Install("scipy", "1.14", ("scipy.libs/libscipy_openblas-c128ec02.so", DoctorMachine.Library("scipy_openblas_get_num_threads")));
        Assert.Empty(machine.Found());

        machine.Install("mkl", "2024.0", ("../../libmkl_rt.so.2", DoctorMachine.Library("MKL_Get_Max_Threads")));
        var finding = Assert.Single(machine.Examine().Findings);
        Assert.Equal("blas-mixed", finding.Code);
        Assert.Equal(["mkl", "numpy", "scipy"], finding.Packages.ToArray());
    }

    private static byte[] Fixture(string name) =>
        File.ReadAllBytes(Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "native", name));
}
