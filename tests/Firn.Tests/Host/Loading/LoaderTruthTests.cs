using System.Text.RegularExpressions;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.Binaries;
using Firn.Host.Loading;
using Firn.Tests.Host.Binaries;

namespace Firn.Tests.Host.Loading;

/// <summary>Programs and libraries that gcc builds: what they would load, against what <c>ld.so --list</c> says.</summary>
public sealed class LoaderTruthTests : IDisposable
{
    private const string Loader = "/lib64/ld-linux-x86-64.so.2";
    private readonly TemporaryFolder _folder = new();

    public LoaderTruthTests()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Loader))
        {
            RealTool.Missing("the loader of glibc on x86-64");
        }

        Directory.CreateDirectory(At("bin"));
        File.WriteAllText(At("x.c"), "int x(void) { return 1; }\n");
        File.WriteAllText(At("main.c"), "int x(void);\nint main(void) { return x(); }\n");
        Library("lib");
    }

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("lib")]
    [InlineData("lib", "lib/glibc-hwcaps/x86-64-v2")]
    [InlineData("lib", "lib/glibc-hwcaps/x86-64-v2", "lib/glibc-hwcaps/x86-64-v3", "lib/glibc-hwcaps/x86-64-v4")]
    [InlineData("lib", "lib/glibc-hwcaps/x86-64-v9")]
    [InlineData("lib/glibc-hwcaps/x86-64-v2")]
    public void A_library_is_found_where_the_loader_finds_it(params string[] folders)
    {
        Program("-Wl,--enable-new-dtags,-rpath,$ORIGIN/../lib");
        File.Delete(At("lib/libx.so.1"));
        foreach (var folder in folders)
        {
            Library(folder);
        }

        MustAgree([]);
    }

    [SkippableTheory]
    [InlineData("-Wl,--disable-new-dtags,-rpath,$ORIGIN/../lib")]
    [InlineData("-Wl,--enable-new-dtags,-rpath,$ORIGIN/../other:$ORIGIN/../lib")]
    [InlineData("-Wl,--enable-new-dtags,-rpath,/nowhere")]
    [InlineData("-Wl,--as-needed")]
    public void Run_paths_lead_where_the_loader_follows_them(string option)
    {
        Program(option);

        MustAgree([]);
    }

    [SkippableFact]
    public void A_library_that_the_environment_has_elsewhere_does_not_start_the_program()
    {
        Program("-Wl,--enable-new-dtags,-rpath,/nowhere");

        var problems = MustAgree([new NativeCandidate(At("lib/libx.so.1"), "owner")]);

        var problem = Assert.Single(problems);
        Assert.Equal("interpreter-library-missing", problem.Code);
        Assert.Contains("libx.so.1", problem.Message, StringComparison.Ordinal);
    }

    private List<Problem> MustAgree(NativeCandidate[] candidates)
    {
        var listed = Regex.Match(RealTool.Run(Loader, "--list", At("bin/program")), @"libx\.so\.1 => (?:(/\S+) \(|not found)");
        var problems = new List<Problem>();
        var libraries = NativeLibraryInspector.Inspect(
            new NativeLibraryRequest
            {
                SystemContext = SystemContext.OfThisProcess(),
                Prefix = _folder.Path,
                Executable = At("bin/program"),
                Candidates = [.. candidates],
            },
            problems);

        var found = libraries.Libraries.FirstOrDefault(library => library.Soname == "libx.so.1" && library.NeededBy.Length > 0);
        Assert.Equal(
            listed.Groups[1].Success ? RealPath.Of(listed.Groups[1].Value) : null,
            found is null ? null : Path.GetFullPath(found.Path, RealPath.Of(_folder.Path)));
        string[] missing = found is null ? ["libx.so.1"] : [];
        Assert.Equal(missing, libraries.MissingAtStart.ToArray());
        return problems;
    }

    private void Program(string option) => Gcc("main.c", "-o", "bin/program", "lib/libx.so.1", option);

    private void Library(string folder)
    {
        Directory.CreateDirectory(At(folder));
        Gcc("x.c", "-shared", "-fPIC", "-Wl,-soname,libx.so.1", "-o", folder + "/libx.so.1");
    }

    private void Gcc(string source, params string[] arguments)
    {
        _ = RealTool.Run("gcc", [At(source), .. arguments.Select(text => text.EndsWith("program", StringComparison.Ordinal)
            || text.EndsWith(".so.1", StringComparison.Ordinal) && !text.StartsWith('-') ? At(text) : text)]);
        Assert.True(File.Exists(arguments.Contains("-shared") ? At(arguments[^1]) : At("bin/program")));
    }

    private string At(string path) => Path.Join(_folder.Path, path);
}
