using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary><c>firn doctor</c> with Debian's two OpenMP runtimes, and on this machine's own Pythons.</summary>
public sealed class DoctorTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string LlvmRuntime = "/usr/lib/x86_64-linux-gnu/libomp.so.5";

    // What is linked with what is all that the doctor looks at; nobody loads these.
    private const string Source = "extern int omp_get_max_threads(void); int threads(void) { return omp_get_max_threads(); }";

    [SkippableFact]
    public void Modules_linked_with_two_runtimes_are_found_with_their_packages()
    {
        Part.LinuxX64();
        Part.MustBePresent(File.Exists(LlvmRuntime), "Debian's libomp is not installed (libomp-dev)");
        using var environment = new PlainEnvironment();
        Directory.Delete(environment.DistInfo, recursive: true);
        Module(environment, "of_gcc", "libgomp.so.1");
        Assert.Empty(Findings(environment.Prefix, 0));

        Module(environment, "of_llvm", "libomp.so.5");
        var finding = Assert.Single(Findings(environment.Prefix, 0));

        Assert.Equal("openmp-mixed", finding.GetProperty("code").GetString());
        Assert.Equal(["of-gcc", "of-llvm"], finding.GetProperty("packages").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(
            [["of-llvm"], ["of-gcc"]],
            finding.GetProperty("places").EnumerateArray()
                .OrderByDescending(place => place.GetProperty("path").GetString()!.Contains("libomp", StringComparison.Ordinal))
                .Select(place => place.GetProperty("used_by").EnumerateArray().Select(user => user.GetString()!)));
    }

    [SkippableFact]
    public void Modules_that_no_package_lists_are_found_too()
    {
        Part.LinuxX64();
        Part.MustBePresent(File.Exists(LlvmRuntime), "Debian's libomp is not installed (libomp-dev)");
        using var environment = new PlainEnvironment();
        Directory.Delete(environment.DistInfo, recursive: true);
        Build(environment.SitePackages + "/loose_gcc.so", "libgomp.so.1");
        Build(environment.SitePackages + "/loose_llvm.so", "libomp.so.5");

        var finding = Assert.Single(Findings(environment.Prefix, 0));

        Assert.Equal("openmp-mixed", finding.GetProperty("code").GetString());
    }

    [SkippableFact]
    public void This_machines_pythons_have_no_error()
    {
        Part.LinuxX64();
        foreach (var python in (string[])[RealPython.Of("system"), RealPython.Of("2.7"), RealPython.Of("3.11"), RealPython.Of("3.13")])
        {
            Assert.DoesNotContain(Findings(python, 0), finding => finding.GetProperty("level").GetString() == "error");
        }
    }

    private List<JsonElement> Findings(string environment, int exitCode)
    {
        using var document = JsonDocument.Parse(firn.Run("doctor", environment, "--json").MustReturn(exitCode).StandardOutput);
        return [.. document.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.Clone())];
    }

    private static void Module(PlainEnvironment environment, string name, string runtime)
    {
        var info = environment.AddDistribution(name);
        File.WriteAllText(info + "/RECORD", $"{name}.so,,\n{Path.GetFileName(info)}/RECORD,,\n");
        Build($"{environment.SitePackages}/{name}.so", runtime);
    }

    private static void Build(string path, string runtime)
    {
        using var folder = new TemporaryFolder();
        var source = folder.PathOf("module.c");
        File.WriteAllText(source, Source);
        new ProcessRunner().Run(Part.Program("gcc"), ["-shared", "-fPIC", "-o", path, source, $"-l:{runtime}"]).MustReturn(0);
    }
}
